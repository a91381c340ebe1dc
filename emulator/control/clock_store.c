/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/control/clock_store.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "sdk/base/auto.h"

static const char meta_key[] = "platform_clock";

struct clock_store {
    struct store *store;
    struct platform_clock *clock;
    void (*saved)(void *data, const struct lamb_err *err);
    void *data;
    size_t pending;
    struct lamb_err failure; /* of the latest that failed; code 0: none did */
};

static void
on_done(void *data, int result, const struct lamb_err *err)
{
    struct clock_store *self = data;
    struct lamb_err failure;

    if (result)
        self->failure = *err;
    if (--self->pending)
        return;
    failure = self->failure;
    self->failure = (struct lamb_err){ 0 };
    self->saved(self->data, failure.code ? &failure : NULL);
}

static void
on_change(void *data)
{
    struct clock_store *self = data;
    struct platform_clock_state state;
    struct lamb_err err = { 0 };
    LAMB_AUTOFREE char *text = NULL;
    json_t *json;

    platform_clock_get(self->clock, &state);
    json = json_pack("{s:I, s:b, s:I}", "offsetNs", (json_int_t)state.offset_ns, "held",
                     state.held, "heldAtNs", (json_int_t)state.held_at_ns);
    text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    self->pending++;
    if (!text)
        on_done(self, lamb_raise(&err, -ENOMEM, "platform clock"), &err);
    else if (store_meta_set(self->store, meta_key, text, on_done, self, &err))
        on_done(self, err.code, &err);
}

static int
restore(struct clock_store *self, struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(4096);
    struct platform_clock_state state;
    json_int_t offset;
    json_int_t held_at;
    json_t *json;
    int held;
    int r = store_meta_get(self->store, meta_key, &text, err);

    if (r == STORE_E_ABSENT)
        return 0;
    if (r)
        return r;
    json = json_loadb(text.ptr, text.len, 0, NULL);
    r = json_unpack(json, "{s:I, s:b, s:I}", "offsetNs", &offset, "held", &held,
                    "heldAtNs", &held_at);
    json_decref(json);
    if (r)
        return lamb_refuse(err, -EINVAL, "the stored platform clock cannot be read");
    state = (struct platform_clock_state){ .offset_ns = offset,
                                           .held = held,
                                           .held_at_ns = held_at };
    platform_clock_set(self->clock, &state);
    return 0;
}

int
clock_store_new(struct store *store, struct platform_clock *clock,
                void (*saved)(void *data, const struct lamb_err *err), void *data,
                struct clock_store **ret, struct lamb_err *err)
{
    struct clock_store *self = calloc(1, sizeof(*self));
    int r;

    if (!self)
        return lamb_raise(err, -ENOMEM, "clock store");
    self->store = store;
    self->clock = clock;
    self->saved = saved;
    self->data = data;
    r = restore(self, err);
    if (r) {
        free(self);
        return r;
    }
    platform_clock_on_change(clock, on_change, self);
    *ret = self;
    return 0;
}

bool
clock_store_is_saving(const struct clock_store *self)
{
    return self->pending > 0;
}

void
clock_store_free(struct clock_store *self)
{
    if (!self)
        return;
    platform_clock_on_change(self->clock, NULL, NULL);
    free(self);
}
