/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_CONCURRENCY_H
#define LAMB_EMULATOR_FUNCTIONS_CONCURRENCY_H

/*
 * concurrency - how many invocations run at once, and who may begin one more: account,
 * reserved and provisioned concurrency, request rate and scaling rate.
 *
 * An account's concurrency in one region is divided into what functions have reserved,
 * what is provisioned for functions that reserved nothing, and the rest, which all
 * others share. A lease is one running invocation; it is taken from the provisioned
 * part of its version when an environment stands ready there, else from what its
 * function reserved, else from the shared rest.
 *
 * A limit that is lowered ends nothing that runs: it only lets nothing begin until
 * enough has ended. The account's own limit is never exceeded.
 *
 * Pure: it is told the (platform) time.
 *
 * Owns:    the counts of every account, region and function.
 * Never:   knows environments, stores anything, reads a clock.
 * Threads: loop thread only.
 */

#include <stdbool.h>

#include "emulator/functions/quotas.h"

/* Why an invocation may not begin: the service's reasons, and two that are not its. */
#define THROTTLES(X)                                                                   \
    X(THROTTLE_NONE, "")                                                               \
    X(THROTTLE_ACCOUNT, "ConcurrentInvocationLimitExceeded")                           \
    X(THROTTLE_RESERVED, "ReservedFunctionConcurrentInvocationLimitExceeded")          \
    X(THROTTLE_RATE, "FunctionInvocationRateLimitExceeded")                            \
    X(THROTTLE_RESERVED_RATE, "ReservedFunctionInvocationRateLimitExceeded")           \
    X(THROTTLE_MACHINE, "this machine is full")                                        \
    X(THROTTLE_MOMENT, "a provisioned environment is about to be idle")
LAMB_ENUM(throttle, THROTTLES, THROTTLE_N);
const char *throttle_text(enum throttle reason);

struct concurrency;
int concurrency_new(const struct quotas *quotas, struct concurrency **ret,
                    struct lamb_err *err);
void concurrency_free(struct concurrency *concurrency); /* every usage is closed */
/* Running now, in all accounts. */
size_t concurrency_running(const struct concurrency *concurrency);

/* What one function of one account and region uses; shared by all its versions. */
struct usage;
/* Each open is matched by a close; NULL: out of memory. What is reserved or provisioned
 * stays when nobody has it open. */
struct usage *usage_open(struct concurrency *concurrency, const char *account,
                         const char *region, const char *name);
void usage_close(struct usage *usage);

enum lease_kind { LEASE_NONE, LEASE_ON_DEMAND, LEASE_PROVISIONED };
struct lease {
    struct usage *usage; /* held open */
    enum lease_kind kind;
    bool is_answered;
};

struct lease_ask {
    bool is_async;          /* the request rate holds for synchronous ones only */
    bool has_provisioned;   /* a provisioned environment of the version is idle */
    bool needs_environment; /* on demand, one would have to be started */
    int64_t now_ns;         /* platform time */
};
/* *ret is a lease only when the answer is THROTTLE_NONE. */
enum throttle lease_take(struct usage *usage, const struct lease_ask *ask,
                         struct lease *ret);
void lease_give_back(struct lease *lease); /* one that is none is fine */
/* Its client is served: it will be given back in a moment, as far as anybody knows. */
void lease_answered(struct lease *lease); /* one that is none is fine */
/* Will one be given back in a moment that USAGE could take? */
bool lease_comes_soon(const struct usage *usage);

/* -- what is set apart ------------------------------------------------------------ */

#define CAPACITY_REFUSALS(X)                                                           \
    X(CAPACITY_OK, "fits")                                                             \
    X(CAPACITY_UNRESERVED_TOO_LOW, "too little would stay unreserved")                 \
    X(CAPACITY_BELOW_PROVISIONED, "less than what is provisioned")                     \
    X(CAPACITY_ABOVE_RESERVED, "more than what is reserved")                           \
    X(CAPACITY_ABOVE_UNRESERVED, "more than what is unreserved")
LAMB_ENUM(capacity_refusal, CAPACITY_REFUSALS, CAPACITY_N);

#define USAGE_NOT_RESERVED (-1)
int64_t usage_reserved(const struct usage *usage); /* USAGE_NOT_RESERVED: nothing */
enum capacity_refusal usage_may_reserve(const struct usage *usage, int64_t amount);
void usage_reserve(struct usage *usage, int64_t amount);

int64_t usage_provisioned(const struct usage *usage); /* of all its versions */
/* One version's part of it changes FROM an amount TO another. */
enum capacity_refusal usage_may_provision(const struct usage *usage, int64_t from,
                                          int64_t to);
void usage_provision(struct usage *usage, int64_t from, int64_t to);

/* What nobody reserved, of the account and region. */
int64_t concurrency_unreserved(const struct concurrency *concurrency,
                               const char *account, const char *region);
const struct quotas *concurrency_quotas(const struct concurrency *concurrency);

#endif
