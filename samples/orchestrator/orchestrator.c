/* SPDX-License-Identifier: Apache-2.0 */

/*
 * orchestrator - places an order: asks the function `stock` and the function `price`,
 * one after the other, answers with what came, and tells it to an EventBridge bus. The
 * three handlers are three functions.
 */

#include <jansson.h>
#include <lamb/services.h>
#include <stdio.h>
#include <stdlib.h>

static struct lamb_aws *aws; /* made once, so that connections are kept */

int
order_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

/* The number in the answer of function NAME to our event; negative: it failed. */
static double
ask(struct lamb_invocation *inv, const char *name)
{
    struct lamb_aws_result *answer;
    int r = lamb_aws_invoke(aws, inv, name, lamb_event(inv), &answer);
    struct lamb_span value = lamb_aws_value(answer);
    double number = -1;

    if (r == 0) {
        json_t *json = json_loadb(value.ptr, value.len, JSON_DECODE_ANY, NULL);

        number = json_is_number(json) ? json_number_value(json) : -1;
        json_decref(json);
    }
    if (number < 0)
        lamb_fail(inv, "Order.NoAnswer", "%s: %s", name,
                  lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    return number;
}

/* Tell it to the bus. */
static int
announce(struct lamb_invocation *inv, const char *detail, size_t len)
{
    struct lamb_bus_event event = { .source = "shop.orders",
                                    .detail_type = "Order placed",
                                    .detail = { detail, len } };
    struct lamb_aws_result *answer;
    int r = lamb_bus_put(aws, inv, &event, 1, &answer);

    if (r != 0)
        r = lamb_fail(inv, "Order.NotAnnounced", "%s", lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    return r;
}

int
order(struct lamb_invocation *inv)
{
    double stock = ask(inv, "stock"), price = stock < 0 ? -1 : ask(inv, "price");
    char detail[128];
    int n;

    if (price < 0)
        return -1; /* ask has said why */
    if (stock < 1)
        return lamb_fail(inv, "Order.SoldOut", "nothing is left of it");
    n = snprintf(detail, sizeof(detail), "{\"price\":%.2f,\"left\":%.0f}", price,
                 stock - 1);
    if (announce(inv, detail, (size_t)n) != 0)
        return -1;
    return lamb_reply(inv, detail, (size_t)n);
}

/* What the other two functions do: the length of the item's name stands for a table. */
static size_t
length_of_item(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL);
    size_t length = json_string_length(json_object_get(event, "item"));

    json_decref(event);
    return length;
}

int
stock(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "%zu", length_of_item(inv) % 7);
}

int
price(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "%zu.5", length_of_item(inv));
}
