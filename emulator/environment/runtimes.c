/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/runtimes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

enum { WORDS_MAX = 64, LINE_MAX_BYTES = 4096 };

struct runtime_client {
    struct lamb_list node;
    char *name; /* without its star */
    bool is_prefix;
    char *words[WORDS_MAX + 1]; /* NULL-ended */
    size_t n_words;
};

void
runtimes_init(struct runtimes *runtimes)
{
    lamb_list_init(&runtimes->list);
}

static void
client_free(struct runtime_client *client)
{
    if (!client)
        return;
    lamb_list_remove(&client->node);
    for (size_t i = 0; i < client->n_words; i++)
        free(client->words[i]);
    free(client->name);
    free(client);
}

void
runtimes_fini(struct runtimes *runtimes)
{
    LAMB_LIST_FOREACH_SAFE (it, &runtimes->list)
        client_free(LAMB_CONTAINER(it, struct runtime_client, node));
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Take the next word off *REST; empty: there is none. */
static struct lamb_span
next_word(struct lamb_span *rest)
{
    struct lamb_span word;

    while (rest->len && is_blank(rest->ptr[0]))
        *rest = lamb_span_of(rest->ptr + 1, rest->len - 1);
    word = *rest;
    for (word.len = 0; word.len < rest->len && !is_blank(rest->ptr[word.len]);)
        word.len++;
    *rest = lamb_span_of(rest->ptr + word.len, rest->len - word.len);
    return word;
}

static int
split(struct runtime_client *client, struct lamb_span command, struct lamb_err *err)
{
    struct lamb_span word;

    while ((word = next_word(&command)).len) {
        if (client->n_words == WORDS_MAX)
            return lamb_refuse(err, -E2BIG,
                               "the command of runtime '%s' has more than "
                               "%d words",
                               client->name, WORDS_MAX);
        client->words[client->n_words] = lamb_span_dup(word);
        if (!client->words[client->n_words++])
            return lamb_raise(err, -ENOMEM, "runtime client");
    }
    if (client->n_words)
        return 0;
    return lamb_refuse(err, -EINVAL,
                       "the runtime '%s' has no command: write "
                       "NAME=COMMAND",
                       client->name);
}

static void
forget(struct runtimes *runtimes, const struct runtime_client *same)
{
    LAMB_LIST_FOREACH_SAFE (it, &runtimes->list) {
        struct runtime_client *client = LAMB_CONTAINER(it, struct runtime_client, node);

        if (client->is_prefix == same->is_prefix &&
            strcmp(client->name, same->name) == 0)
            client_free(client);
    }
}

int
runtimes_add(struct runtimes *runtimes, struct lamb_span line, struct lamb_err *err)
{
    struct runtime_client *client;
    struct lamb_span name;
    struct lamb_span command;
    int r;

    if (!lamb_span_cut(line, '=', &name, &command) || !lamb_span_trim(name).len)
        return lamb_refuse(err, -EINVAL, "'%.*s' is not of the form NAME=COMMAND",
                           (int)line.len, line.ptr);
    name = lamb_span_trim(name);
    client = calloc(1, sizeof(*client));
    if (!client)
        return lamb_raise(err, -ENOMEM, "runtime client");
    lamb_list_init(&client->node);
    client->is_prefix = name.ptr[name.len - 1] == '*';
    name.len -= client->is_prefix;
    client->name = lamb_span_dup(name);
    r = client->name ? split(client, lamb_span_trim(command), err)
                     : lamb_raise(err, -ENOMEM, "runtime client");
    if (r) {
        client_free(client);
        return r;
    }
    forget(runtimes, client);
    lamb_list_push_back(&runtimes->list, &client->node);
    return 0;
}

static int
read_lines(struct runtimes *runtimes, FILE *file, const char *path,
           struct lamb_err *err)
{
    char text[LINE_MAX_BYTES];

    for (unsigned n = 1; fgets(text, sizeof(text), file); n++) {
        struct lamb_span line = lamb_span_trim(lamb_span_str(text));
        int r;

        if (!line.len || line.ptr[0] == '#')
            continue;
        r = runtimes_add(runtimes, line, err);
        if (r)
            return lamb_wrap(err, r, "%s, line %u", path, n);
    }
    return ferror(file) ? lamb_raise(err, -EIO, "read '%s'", path) : 0;
}

int
runtimes_load(struct runtimes *runtimes, const char *path, struct lamb_err *err)
{
    FILE *file = fopen(path, "re");
    int r;

    if (!file)
        return errno == ENOENT ? 0 : lamb_raise(err, -errno, "read '%s'", path);
    r = read_lines(runtimes, file, path, err);
    (void)fclose(file);
    return r;
}

bool
runtime_is_custom(const char *runtime)
{
    return !runtime || lamb_span_starts(lamb_span_str(runtime), "provided");
}

static const struct runtime_client *
find(const struct runtimes *runtimes, struct lamb_span runtime)
{
    const struct runtime_client *best = NULL;

    LAMB_LIST_FOREACH (it, &runtimes->list) {
        const struct runtime_client *client =
            LAMB_CONTAINER(it, struct runtime_client, node);

        if (!client->is_prefix && lamb_span_is(runtime, client->name))
            return client;
        if (client->is_prefix && lamb_span_starts(runtime, client->name) &&
            (!best || strlen(client->name) > strlen(best->name)))
            best = client;
    }
    return best;
}

int
runtimes_command(const struct runtimes *runtimes, const char *runtime,
                 const char *handler, const char ***ret, struct lamb_err *err)
{
    const struct runtime_client *client =
        runtimes ? find(runtimes, lamb_span_str(runtime)) : NULL;
    const char **argv;

    if (!client)
        return lamb_refuse(err, -ENOENT,
                           "no client for the runtime '%s' is configured: start with "
                           "--runtime-client '%s=COMMAND', or put this line into the "
                           "file runtimes of the state folder",
                           runtime, runtime);
    argv = calloc(client->n_words + 2, sizeof(*argv));
    if (!argv)
        return lamb_raise(err, -ENOMEM, "runtime client");
    for (size_t i = 0; i < client->n_words; i++)
        argv[i] = client->words[i];
    argv[client->n_words] = handler;
    *ret = argv;
    return 0;
}
