/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_WRITER_H
#define LAMB_EMULATOR_STORE_WRITER_H

/*
 * writer - the thread that has the write connection: commands in, one transaction for
 * all that wait, commands out.
 *
 * It checkpoints by itself (PASSIVE, which waits for nobody) when nothing was submitted
 * for a while or the log has grown long; a failing checkpoint is a warning, since
 * what was committed stays readable and durable in the log.
 *
 * Owns:    the thread, the two queues; the connection while the thread runs.
 * Never:   calls `done`, knows the loop.
 * Threads: every function may be called by one thread, the writer's own apart.
 */

#include "emulator/store/store.h"

struct writer;

/* FINISHED is called on the writer thread, after a batch went to the finished queue. */
int writer_start(sqlite3 *db, void (*finished)(void *data), void *data,
                 struct writer **ret, struct lamb_err *err);
void writer_submit(struct writer *writer, struct store_command *cmd);
/* Move what is finished to the end of RET. */
void writer_take_finished(struct writer *writer, struct lamb_list *ret);
/* The same, after waiting until there is something: some command must be under way. */
void writer_wait_finished(struct writer *writer, struct lamb_list *ret);
/* Nothing may be under way. The connection is the caller's again. */
void writer_stop(struct writer *writer);

#endif
