/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/list.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct item {
    char name;
    struct lamb_list node;
};

struct fixture {
    struct lamb_list head;
    struct item a, b, c;
};

static int
set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){ .a = { .name = 'a' },
                                .b = { .name = 'b' },
                                .c = { .name = 'c' } };
    lamb_list_init(&fixture.head);
    lamb_list_init(&fixture.a.node);
    lamb_list_init(&fixture.b.node);
    lamb_list_init(&fixture.c.node);
    *state = &fixture;
    return 0;
}

/* Do the names of the items, in order, read as NAMES? Both ways round. */
static void
assert_list(struct lamb_list *head, const char *names)
{
    const char *at = names;

    LAMB_LIST_FOREACH (it, head)
        assert_int_equal(LAMB_CONTAINER(it, struct item, node)->name, *at++);
    assert_int_equal(*at, '\0');
    for (struct lamb_list *it = head->prev; it != head; it = it->prev)
        assert_int_equal(LAMB_CONTAINER(it, struct item, node)->name, *--at);
    assert_ptr_equal(at, names);
    assert_int_equal(lamb_list_is_empty(head), *names == '\0');
}

static void
items_stand_where_they_were_put(void **state)
{
    struct fixture *f = *state;

    assert_list(&f->head, "");
    lamb_list_push_back(&f->head, &f->b.node);
    assert_list(&f->head, "b");
    lamb_list_push_front(&f->head, &f->a.node);
    assert_list(&f->head, "ab");
    lamb_list_insert(&f->b.node, &f->c.node);
    assert_list(&f->head, "acb");
}

static void
removing_twice_is_harmless(void **state)
{
    struct fixture *f = *state;

    lamb_list_push_back(&f->head, &f->a.node);
    lamb_list_push_back(&f->head, &f->b.node);
    lamb_list_push_back(&f->head, &f->c.node);
    lamb_list_remove(&f->b.node);
    assert_list(&f->head, "ac");
    lamb_list_remove(&f->b.node);
    assert_list(&f->head, "ac");
    lamb_list_push_back(&f->head, &f->b.node);
    assert_list(&f->head, "acb");
}

static void
the_front_is_taken_until_nothing_is_left(void **state)
{
    struct fixture *f = *state;

    lamb_list_push_back(&f->head, &f->a.node);
    lamb_list_push_back(&f->head, &f->b.node);
    assert_ptr_equal(lamb_list_take_front(&f->head), &f->a.node);
    assert_true(lamb_list_is_empty(&f->a.node));
    assert_list(&f->head, "b");
    assert_ptr_equal(lamb_list_take_front(&f->head), &f->b.node);
    assert_null(lamb_list_take_front(&f->head));
    assert_list(&f->head, "");
}

static void
the_current_item_may_be_removed_on_the_way(void **state)
{
    struct fixture *f = *state;
    int visited = 0;

    lamb_list_push_back(&f->head, &f->a.node);
    lamb_list_push_back(&f->head, &f->b.node);
    lamb_list_push_back(&f->head, &f->c.node);
    LAMB_LIST_FOREACH_SAFE (it, &f->head) {
        visited++;
        if (it != &f->b.node)
            lamb_list_remove(it);
    }
    assert_int_equal(visited, 3);
    assert_list(&f->head, "b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(items_stand_where_they_were_put, set_up),
        cmocka_unit_test_setup(removing_twice_is_harmless, set_up),
        cmocka_unit_test_setup(the_front_is_taken_until_nothing_is_left, set_up),
        cmocka_unit_test_setup(the_current_item_may_be_removed_on_the_way, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
