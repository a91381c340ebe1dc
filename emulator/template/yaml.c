/* SPDX-License-Identifier: Apache-2.0 */

/* yaml - libyaml's events become nodes. */
#include <errno.h>
#include <stdlib.h>
#include <yaml.h>

#include "emulator/template/node.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

/* No template of CloudFormation is deeper or has more (its own limit is 1 MB of text).
 */
enum { DEPTH_MAX = 64, NODES_MAX = 100000, ANCHORS_MAX = 256 };

static const struct {
    const char *tag;
    const char *name;
} short_forms[] = {
    { "!Ref", "Ref" },
    { "!Condition", "Condition" },
    { "!And", "Fn::And" },
    { "!Base64", "Fn::Base64" },
    { "!Cidr", "Fn::Cidr" },
    { "!Equals", "Fn::Equals" },
    { "!FindInMap", "Fn::FindInMap" },
    { "!ForEach", "Fn::ForEach" },
    { "!GetAZs", "Fn::GetAZs" },
    { "!GetAtt", "Fn::GetAtt" },
    { "!If", "Fn::If" },
    { "!ImportValue", "Fn::ImportValue" },
    { "!Join", "Fn::Join" },
    { "!Length", "Fn::Length" },
    { "!Not", "Fn::Not" },
    { "!Or", "Fn::Or" },
    { "!Select", "Fn::Select" },
    { "!Split", "Fn::Split" },
    { "!Sub", "Fn::Sub" },
    { "!ToJsonString", "Fn::ToJsonString" },
    { "!Transform", "Fn::Transform" },
};

/* The long name of "!Sub" and its like. NULL: there is no such form. */
static const char *
long_name(const char *tag)
{
    for (size_t i = 0; i < LAMB_COUNT(short_forms); i++)
        if (strcmp(short_forms[i].tag, tag) == 0)
            return short_forms[i].name;
    return NULL;
}

struct anchor {
    char *name;
    const struct node *node; /* NULL: still being read */
};

/* A list or map that is being read. */
struct level {
    struct node *node;
    size_t room;
    const char *key; /* of a map, when the next node is its value */
    struct place key_place;
    const char *wrapper; /* long name of its tag */
    size_t anchor;       /* index + 1; 0: none */
};

struct reader {
    struct arena *arena;
    const char *file;
    struct lamb_err *err;
    yaml_parser_t parser;
    struct level levels[DEPTH_MAX];
    size_t depth;
    struct anchor anchors[ANCHORS_MAX];
    size_t n_anchors;
    size_t n_nodes;
    const struct node *root;
};

static struct place
place_of(const yaml_mark_t *mark)
{
    return (struct place){ (unsigned)mark->line + 1, (unsigned)mark->column + 1 };
}

#define REFUSE(reader, place, ...)                                                     \
    refuse(reader, place, lamb_refuse((reader)->err, -EINVAL, __VA_ARGS__))

static int
refuse(struct reader *reader, struct place place, int r)
{
    return lamb_wrap(reader->err, r, "%s:%u:%u", reader->file, place.line,
                     place.column);
}

static int
no_memory(struct reader *reader)
{
    return lamb_raise(reader->err, -ENOMEM, "%s", reader->file);
}

/* -- putting nodes where they belong ---------------------------------------------- */

static int
add_pair(struct reader *reader, struct level *level, struct pair pair)
{
    struct node *node = level->node;

    if (node->n_pairs == level->room) {
        size_t room = level->room * 2 + 8;
        struct pair *pairs = arena_alloc(reader->arena, room * sizeof(*pairs));

        if (!pairs)
            return no_memory(reader);
        if (node->n_pairs)
            memcpy(pairs, node->pairs, node->n_pairs * sizeof(*pairs));
        node->pairs = pairs;
        level->room = room;
    }
    node->pairs[node->n_pairs++] = pair;
    return 0;
}

static int
take_key(struct reader *reader, struct level *level, const struct node *node)
{
    if (node->kind != NODE_TEXT)
        return REFUSE(reader, node->place, "a key has to be plain text");
    if (strcmp(node->text, "<<") == 0)
        return REFUSE(reader, node->place,
                      "CloudFormation knows no merge keys (<<): write the keys out");
    for (size_t i = 0; i < level->node->n_pairs; i++)
        if (strcmp(level->node->pairs[i].key, node->text) == 0)
            return REFUSE(reader, node->place,
                          "the key '%s' is here for the second time; the first is in "
                          "line %u",
                          node->text, level->node->pairs[i].place.line);
    level->key = node->text;
    level->key_place = node->place;
    return 0;
}

/* NODE is complete: the root, an item, a key or a value. */
static int
place_node(struct reader *reader, const struct node *node)
{
    struct level *level = reader->depth ? &reader->levels[reader->depth - 1] : NULL;
    struct pair pair = { .value = node, .place = node->place };

    if (!level) {
        reader->root = node;
        return 0;
    }
    if (level->node->kind == NODE_MAP) {
        if (!level->key)
            return take_key(reader, level, node);
        pair.key = level->key;
        pair.place = level->key_place;
        level->key = NULL;
    }
    return add_pair(reader, level, pair);
}

/* {"Fn::Sub": NODE} for !Sub NODE. */
static const struct node *
wrap(struct reader *reader, const char *wrapper, const struct node *node)
{
    struct node *map = node_branch(reader->arena, node->place, NODE_MAP, 1);

    if (!map)
        return NULL;
    map->pairs[map->n_pairs++] = (struct pair){ wrapper, node->place, node };
    return map;
}

static int
finish(struct reader *reader, const struct node *node, const char *wrapper,
       size_t anchor)
{
    if (wrapper)
        node = wrap(reader, wrapper, node);
    if (!node)
        return no_memory(reader);
    if (anchor)
        reader->anchors[anchor - 1].node = node;
    return place_node(reader, node);
}

/* -- events ----------------------------------------------------------------------- */

static int
read_tag(struct reader *reader, struct place place, const yaml_char_t *tag,
         const char **ret)
{
    const char *text = (const char *)tag;
    const char *near;

    *ret = NULL;
    if (!text || strncmp(text, "tag:yaml.org,2002:", 18) == 0 || strcmp(text, "!") == 0)
        return 0;
    *ret = long_name(text);
    if (*ret)
        return 0;
    near = lamb_nearest(text, &short_forms[0].tag, LAMB_COUNT(short_forms),
                        sizeof(short_forms[0]));
    if (near)
        return REFUSE(reader, place, "there is no function %s: did you mean %s?", text,
                      near);
    return REFUSE(reader, place, "there is no function %s", text);
}

/* Remember that what comes now is called NAME. */
static int
read_anchor(struct reader *reader, struct place place, const yaml_char_t *name,
            size_t *ret)
{
    struct anchor *anchor;

    *ret = 0;
    if (!name)
        return 0;
    if (reader->n_anchors == ANCHORS_MAX)
        return REFUSE(reader, place, "there are more than %d anchors", ANCHORS_MAX);
    anchor = &reader->anchors[reader->n_anchors];
    anchor->name = arena_text(reader->arena, lamb_span_str((const char *)name));
    if (!anchor->name)
        return no_memory(reader);
    *ret = ++reader->n_anchors;
    return 0;
}

static int
on_alias(struct reader *reader, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;

    for (size_t i = reader->n_anchors; i > 0; i--) {
        const struct anchor *anchor = &reader->anchors[i - 1];

        if (strcmp(anchor->name, name) != 0)
            continue;
        if (!anchor->node)
            return REFUSE(reader, place_of(&event->start_mark),
                          "*%s stands within what it names", name);
        return place_node(reader, anchor->node);
    }
    return REFUSE(reader, place_of(&event->start_mark), "nothing is called &%s", name);
}

static int
on_scalar(struct reader *reader, const yaml_event_t *event)
{
    struct place place = place_of(&event->start_mark);
    struct lamb_span text =
        lamb_span_of(event->data.scalar.value, event->data.scalar.length);
    const char *wrapper;
    struct node *node;
    size_t anchor;
    int r = read_tag(reader, place, event->data.scalar.tag, &wrapper);

    if (!r)
        r = read_anchor(reader, place, event->data.scalar.anchor, &anchor);
    if (r)
        return r;
    if (text.len && memchr(text.ptr, '\0', text.len))
        return REFUSE(reader, place, "a text holds a NUL byte");
    node = node_text(reader->arena, place, text);
    if (!node)
        return no_memory(reader);
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return finish(reader, node, wrapper, anchor);
}

static int
on_start(struct reader *reader, const yaml_event_t *event, enum node_kind kind)
{
    bool is_list = kind == NODE_LIST;
    struct place place = place_of(&event->start_mark);
    struct level level = { .room = 0 };
    int r = read_tag(reader, place,
                     is_list ? event->data.sequence_start.tag
                             : event->data.mapping_start.tag,
                     &level.wrapper);

    if (!r)
        r = read_anchor(reader, place,
                        is_list ? event->data.sequence_start.anchor
                                : event->data.mapping_start.anchor,
                        &level.anchor);
    if (r)
        return r;
    if (reader->depth == DEPTH_MAX)
        return REFUSE(reader, place, "this is nested more than %d deep", DEPTH_MAX);
    level.node = node_branch(reader->arena, place, kind, 0);
    if (!level.node)
        return no_memory(reader);
    reader->levels[reader->depth++] = level;
    return 0;
}

static int
on_end(struct reader *reader)
{
    const struct level *level = &reader->levels[--reader->depth];

    return finish(reader, level->node, level->wrapper, level->anchor);
}

static int
on_event(struct reader *reader, const yaml_event_t *event)
{
    if (++reader->n_nodes > NODES_MAX)
        return REFUSE(reader, place_of(&event->start_mark),
                      "this is larger than any template may be");
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return on_alias(reader, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_start(reader, event, NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return on_start(reader, event, NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_end(reader);
    case YAML_DOCUMENT_START_EVENT:
        if (reader->root)
            return REFUSE(reader, place_of(&event->start_mark),
                          "a second document begins: a template is one");
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return 0;
}

static int
read_events(struct reader *reader)
{
    bool is_over = false;
    int r = 0;

    while (!r && !is_over) {
        yaml_event_t event;

        if (!yaml_parser_parse(&reader->parser, &event)) {
            const yaml_parser_t *parser = &reader->parser;

            if (parser->error == YAML_MEMORY_ERROR)
                return no_memory(reader);
            return REFUSE(reader, place_of(&parser->problem_mark), "%s%s%s",
                          parser->context ? parser->context : "",
                          parser->context ? ", " : "",
                          parser->problem ? parser->problem : "this is no YAML");
        }
        r = on_event(reader, &event);
        is_over = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    return r;
}

int
node_parse(struct arena *arena, const char *file, struct lamb_span text,
           const struct node **ret, struct lamb_err *err)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    int r;

    if (!reader)
        return lamb_raise(err, -ENOMEM, "%s", file);
    reader->arena = arena;
    reader->file = file;
    reader->err = err;
    if (!yaml_parser_initialize(&reader->parser)) {
        free(reader);
        return lamb_raise(err, -ENOMEM, "%s", file);
    }
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)text.ptr,
                                 text.len);
    r = read_events(reader);
    if (!r && !reader->root)
        r = lamb_refuse(err, -EINVAL, "%s: the file is empty", file);
    if (!r)
        *ret = reader->root;
    yaml_parser_delete(&reader->parser);
    free(reader);
    return r;
}
