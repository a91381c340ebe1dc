/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
put(struct catalog *catalog, const char *kind, const char *name, const char *sub,
    int value)
{
    const struct document_key key = { "1", "r", kind, name, sub };
    char *text = catalog_key_text(&key);
    json_t *body = json_integer(value);

    assert_int_equal(catalog_put(catalog, text, body), 0);
    json_decref(body);
    free(text);
}

static void
documents_come_by_name_and_then_by_what_is_below(void **unused)
{
    static const char *const names[] = { "a", "a", "a-b", "ab" };
    static const char *const subs[] = { "1", "2", "0", "0" };
    struct catalog *catalog = catalog_new();
    const struct document *range;
    size_t n;

    (void)unused;
    put(catalog, "alias", "ab", "0", 1);
    put(catalog, "alias", "a-b", "0", 2);
    put(catalog, "alias", "a", "2", 3);
    put(catalog, "alias", "a", "1", 4);
    put(catalog, "aliases", "a", "1", 5);
    range = catalog_range(catalog,
                          &(struct document_key){ "1", "r", "alias", NULL, NULL }, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(range[i].name, names[i]);
        assert_string_equal(range[i].sub, subs[i]);
    }
    range = catalog_range(catalog,
                          &(struct document_key){ "1", "r", "alias", "a", NULL }, &n);
    assert_int_equal(n, 2);
    assert_string_equal(range[1].sub, "2");
    (void)catalog_range(catalog,
                        &(struct document_key){ "2", "r", "alias", NULL, NULL }, &n);
    assert_int_equal(n, 0);
    catalog_free(catalog);
}

static void
a_document_is_replaced_and_removed(void **unused)
{
    struct catalog *catalog = catalog_new();
    const struct document_key key = { "1", "r", "url", "f", "" };
    char *text = catalog_key_text(&key);

    (void)unused;
    put(catalog, "url", "f", "", 1);
    put(catalog, "url", "f", "", 2);
    assert_int_equal(json_integer_value(catalog_find(catalog, &key)), 2);
    catalog_remove(catalog, text);
    assert_null(catalog_find(catalog, &key));
    catalog_remove(catalog, text);
    free(text);
    catalog_free(catalog);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_come_by_name_and_then_by_what_is_below),
        cmocka_unit_test(a_document_is_replaced_and_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
