/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_ENVIRONMENT_INTERNAL_H
#define LAMB_EMULATOR_ENVIRONMENT_ENVIRONMENT_INTERNAL_H

/*
 * environment_internal - what the files of this room share: environment.c (the life),
 * runtime_api.c (what the runtime asks), telemetry_api.c (what extensions subscribe
 * to), extension_api.c (what else they ask), metadata_api.c (where it is), process.c
 * (what is started), report.c (what is told about it), failure.c (what a client is told
 * of it), shutdown.c (how its processes end).
 *
 * Owns:    the structure; each field is written by the file named beside it.
 * Never:   included outside this room.
 * Threads: loop thread only.
 */

#include "emulator/environment/environment.h"
#include "emulator/environment/extension.h"
#include "emulator/environment/freeze.h"
#include "emulator/environment/runtime_version.h"
#include "emulator/environment/telemetry.h"
#include "emulator/environment/zone.h"
#include "emulator/observe/log_frame.h"

struct environment {
    const struct environment_host *host;
    const struct environment_config *config;
    const struct environment_events *events;
    void *data;

    /* environment.c */
    enum environment_state state;
    struct sandbox *sandbox;
    struct invocation *inv; /* the one being carried out */
    struct timer timer;     /* the limit of the current state */
    unsigned proc;          /* number of the runtime process in the sandbox */
    bool has_exited;        /* that process ended, as EXIT says */
    struct sandbox_exit exit;
    struct lamb_err start_error;      /* why it could not even start; code 0: it did */
    struct loop_task start_failed;    /* tells so, outside of the start itself */
    char *why;                        /* why it could not be made or was lost */
    unsigned last_proc;               /* number given to a process last */
    bool is_started;                  /* the runtime process was started in this init */
    const struct extension *fatal;    /* the extension that ended; NULL: none did */
    enum extension_state fatal_state; /* what it was then, or LaunchError */
    struct sandbox_exit fatal_exit;

    /* extension_api.c */
    struct crew crew;
    bool has_no_extensions; /* a layer switched the API off */

    /* shutdown.c */
    struct {
        enum { SHUTDOWN_NONE, SHUTDOWN_TERM, SHUTDOWN_FLUSH, SHUTDOWN_NOTIFY } phase;
        struct timer timer;
        const char *reason;
        int64_t end_ns;
    } shutdown;

    /* runtime_api.c */
    struct http_server *server;
    struct http_still *accepted; /* the 202 that answers get */
    enum runtime_state runtime;
    struct lamb_list polls;         /* requests parked in /next */
    struct http_request *answering; /* whose body is being read as the answer */
    struct lamb_blob *init_error;   /* body of /init/error; NULL: none */
    char address[32];               /* AWS_LAMBDA_RUNTIME_API */

    /* metadata_api.c */
    char metadata_token[65]; /* AWS_LAMBDA_METADATA_TOKEN */
    char zone[ZONE_ID_SIZE];

    /* between.c */
    struct {
        enum freeze_state state;
        struct timer grace;
        unsigned n_running; /* threads, when it was frozen last */
        bool is_noted;
    } between;

    /* telemetry_api.c */
    struct telemetry telemetry; /* fed by report.c */

    /* report.c */
    struct event_origin origin;
    char id[64];         /* names the sandbox */
    char log_stream[64]; /* YYYY/MM/DD/[version]hex */
    int64_t init_started_ns;
    int64_t init_ns;           /* of an INIT phase not yet reported; -1: none */
    char init_error_type[128]; /* of init_error */
    char error_type[128];      /* of what went wrong last; "" : nothing */
    bool is_reported;          /* the runtime reported it and lives on */
    bool is_start_told;        /* platform.start of this invocation is out */
    uint64_t produced_bytes;
    int64_t response_started_ns; /* monotonic, first byte of the answer; 0: none yet */
    int64_t response_ended_ns;
    int64_t runtime_done_ns; /* when platform.runtimeDone was told; 0: not yet */
    char runtime_version[RUNTIME_VERSION_SIZE];
    char runtime_version_arn[RUNTIME_VERSION_ARN_SIZE];
    struct line_cutter lines[SANDBOX_LOG]; /* by enum sandbox_stream */
    struct line_cutter extension_lines[EXTENSIONS_MAX][SANDBOX_LOG];
    struct frame_cutter frames; /* SANDBOX_LOG */
};

/* environment.c: feed an event to the lifecycle and carry out what follows. */
void environment_handle(struct environment *env, enum environment_event event);

/* Somebody waits for the next event, which may end a phase. */
void environment_runtime_polled(struct environment *env);
void environment_extension_polled(struct environment *env);
/* A monotonic time as milliseconds since the epoch, in real time. */
int64_t environment_epoch_ms(int64_t mono_ns);

/* response_stream.c */
/* Pass the response on as it comes, if that is wanted; else false. */
bool response_stream_begin(struct environment *env, struct http_request *req);
/* The error in the trailers of a stream that failed on the way; gives one reference.
 * NULL: there is none. */
struct lamb_blob *response_stream_error(struct environment *env,
                                        struct http_request *req);

/* runtime_api.c */
int runtime_api_start(struct environment *env, struct lamb_err *err);
/* The sandbox stands: where it has a network of its own, listen in there. */
int runtime_api_move_in(struct environment *env, struct lamb_err *err);
void runtime_api_stop(struct environment *env);
/* A new runtime process is about to start: nothing of the last one counts. */
void runtime_api_reset(struct environment *env);
/* Hand the invocation to a waiting poll. */
void runtime_api_hand_out(struct environment *env);

/* The answer's body is no longer being read; the runtime may poll again. */
void runtime_api_answer_taken(struct environment *env);
/* The body was read while the invocation ended otherwise: refused, too late. */
bool runtime_api_is_late(struct environment *env, struct http_request *req);

/* telemetry_api.c: PUT on either path. */
#define TELEMETRY_PATH "/2022-07-01/telemetry"
#define TELEMETRY_LOGS_PATH "/2020-08-15/logs"
void telemetry_api_subscribe(struct environment *env, struct http_request *req,
                             struct lamb_span id);

/* metadata_api.c: take REQ if it is for the metadata endpoint. */
void metadata_api_init(struct environment *env);
bool metadata_api_request(struct environment *env, struct http_request *req);

/* failure.c: answer the invocation, if it is not yet, with what befell the processes.
 */
void failure_answer(struct environment *env);
void failure_answer_init_error(struct environment *env);
/* What could not be started: the runtime, or before it the extensions. */
const char *failure_start_type(const struct environment *env);
/* Why the extension that was fatal ended, as telemetry has it. */
const char *failure_extension_type(const struct environment *env);

/* extension_api.c: take REQ if it is for the Extensions API. */
bool extension_api_request(struct environment *env, struct http_request *req);
/* The extension that its header names; NULL: the request is answered. IS_NEXT: in the
 * words of /event/next. */
struct extension *extension_api_asking(struct environment *env,
                                       struct http_request *req, bool is_next);
void extension_api_reset(struct environment *env);
/* Hand the invocation to those that want to hear of it. */
void extension_api_invoke(struct environment *env);
/* Hand out SHUTDOWN, or leave that to the next poll of an extension that is busy;
 * false: EXTENSION did not ask for it, or will not poll any more. */
bool extension_api_shut_down(struct extension *extension, const char *reason,
                             int64_t deadline_ns);

/* between.c: it may have become idle, or busy; the sandbox stands still. */
void between_init(struct environment *env);
void between_follow(struct environment *env);
void between_frozen(struct environment *env, unsigned n_running);

/* shutdown.c: end all processes; the sandbox tells when none is left. */
void shutdown_init(struct environment *env);
void shutdown_start(struct environment *env, const char *reason);
void shutdown_stop(struct environment *env);
/* A process ended; true: that was asked for. */
bool shutdown_exited(struct environment *env);
/* EXTENSION waits for an event; true: it has SHUTDOWN now. */
bool shutdown_polled(struct environment *env, struct extension *extension);

/* process.c: start the runtime in the sandbox, or the external extensions, which it
 * finds. */
int process_start(struct environment *env, struct lamb_err *err);
int process_start_extensions(struct environment *env, struct lamb_err *err);

/* report.c */
void report_init(struct environment *env);
void report_fini(struct environment *env);
void report_set_error(struct environment *env, const char *error_type);
/* The error type of a Lambda-Runtime-Function-Error-Type header, as telemetry has it.
 */
void report_set_reported_error(struct environment *env, struct lamb_span header);
void report_init_start(struct environment *env, enum event_phase phase);
void report_init_end(struct environment *env, enum event_phase phase,
                     enum event_status status);
void report_start(struct environment *env);
/* The runtime's answer begins, or is complete: for the spans of runtimeDone. */
void report_response(struct environment *env, bool is_complete);
/* The runtime is done with the invocation; extensions may not be. Told once. */
void report_runtime_done(struct environment *env, enum event_status status);
/* Everybody is done: tells runtimeDone where that was not told yet. */
void report_end(struct environment *env, enum event_status status);
void report_subscription(struct environment *env, bool is_logs_api, const char *name,
                         const char *state, const char *types);
/* An extension reached a state; EVENTS is "INVOKE,SHUTDOWN", ERROR_TYPE NULL on
 * success.
 */
void report_extension(struct environment *env, const char *name, const char *state,
                      const char *events, const char *error_type);
/* EXTENSION: whose output it is; NULL: the runtime's. */
void report_output(struct environment *env, const struct extension *extension,
                   enum sandbox_stream stream, struct lamb_span bytes);

#endif
