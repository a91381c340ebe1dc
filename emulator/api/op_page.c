/* SPDX-License-Identifier: Apache-2.0 */

/*
 * op_page - lists in pages.
 *
 * A marker is the key of the last item that was shown, so that what is made or deleted
 * between two pages neither hides nor repeats another item, and a sum over it and what
 * was asked: one that is made up, cut short or of another list is refused. In
 * hexadecimal, since nobody needs to read it or to escape it.
 */

#include "emulator/api/op.h"
#include "sdk/base/auto.h"

enum { SUM_DIGITS = 16, KEY_MAX = 4096 };

static uint64_t
sum_text(uint64_t sum, const char *text)
{
    do { /* the end counts too; FNV-1a */
        sum = (sum ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    } while (*text++);
    return sum;
}

/* Over the operation, where it looks, and all that it was asked but for the page. */
static uint64_t
sum_of(const struct op *op, const char *key)
{
    json_t *members = json_copy(op->in);
    LAMB_AUTOFREE char *asked = NULL;
    uint64_t sum = sum_text(UINT64_C(0xcbf29ce484222325), op->spec->name);

    (void)json_object_del(members, "Marker");
    (void)json_object_del(members, "MaxItems");
    asked = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(members);
    sum = sum_text(sum, op->key.account);
    sum = sum_text(sum, op->key.region);
    sum = sum_text(sum, asked ? asked : "");
    return sum_text(sum, key);
}

static void
put_marker(const struct op *op, const char *key, json_t *answer)
{
    LAMB_AUTOBUF struct lamb_buf marker = LAMB_BUF_INIT(2 * KEY_MAX + SUM_DIGITS);

    (void)lamb_buf_printf(&marker, "%016llx", (unsigned long long)sum_of(op, key));
    for (const char *c = key; *c; c++)
        (void)lamb_buf_printf(&marker, "%02x", (unsigned)(uint8_t)*c);
    (void)json_object_set_new(answer, "NextMarker",
                              json_string(lamb_buf_cstr(&marker)));
}

static int
digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The key in MARKER; false: it is none of this list. */
static bool
read_marker(const struct op *op, const char *marker, struct lamb_buf *ret)
{
    LAMB_AUTOBUF struct lamb_buf sum = LAMB_BUF_INIT(SUM_DIGITS + 1);
    size_t len = strlen(marker);

    if (len <= SUM_DIGITS || len % 2)
        return false;
    for (size_t i = SUM_DIGITS; i < len; i += 2) {
        int high = digit(marker[i]);
        int low = digit(marker[i + 1]);

        if (high < 0 || low < 0 || !(high | low) ||
            lamb_buf_char(ret, (char)(high << 4 | low)))
            return false;
    }
    return !lamb_buf_printf(&sum, "%016llx",
                            (unsigned long long)sum_of(op, lamb_buf_cstr(ret))) &&
           strncmp(lamb_buf_cstr(&sum), marker, SUM_DIGITS) == 0;
}

void
op_key_document(const void *items, size_t i, struct lamb_buf *ret)
{
    const struct document *documents = items;

    (void)lamb_buf_printf(ret, "%s %s", documents[i].name, documents[i].sub);
}

static const char *
key_at(const struct op_list *list, size_t i, struct lamb_buf *key)
{
    lamb_buf_clear(key);
    if (list->key)
        list->key(list->items, i, key);
    else
        (void)lamb_buf_str(key, json_string_value(json_object_get(
                                    json_array_get(list->items, i), list->member)));
    return lamb_buf_cstr(key);
}

/* The first item behind KEY. */
static size_t
find_behind(const struct op_list *list, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf key = LAMB_BUF_INIT(KEY_MAX);
    size_t low = 0;
    size_t high = list->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(key_at(list, middle, &key), wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
op_page(struct op *op, const struct op_list *list, size_t max, json_t *answer,
        size_t *ret_first, size_t *ret_end)
{
    const char *marker = op_text(op, "Marker");
    json_int_t wanted = json_integer_value(op_member(op, "MaxItems"));
    LAMB_AUTOBUF struct lamb_buf key = LAMB_BUF_INIT(KEY_MAX);
    size_t first = 0;

    if (!op_is_whole(op)) { /* an item may have no key */
        json_decref(answer);
        return false;
    }
    if (wanted > 0 && (uint64_t)wanted < max)
        max = (size_t)wanted;
    if (marker && *marker) {
        if (!read_marker(op, marker, &key)) {
            json_decref(answer);
            op_refuse(op, "InvalidParameterValueException",
                      "The marker '%.200s' is none that this list gave out.", marker);
            return false;
        }
        first = find_behind(list, lamb_buf_cstr(&key));
    }
    *ret_first = first;
    *ret_end = list->n - first > max ? first + max : list->n;
    if (*ret_end < list->n)
        put_marker(op, key_at(list, *ret_end - 1, &key), answer);
    return true;
}
