/* SPDX-License-Identifier: Apache-2.0 */

/* eventbridge - PutEvents, of lamb/services.h. AWS JSON 1.1. */

#include "sdk/aws/json_call.h"

#include <lamb/services.h>

enum { EVENTS_MAX = 10 };

static int
put_event(struct lamb_buf *body, const struct lamb_bus_event *event, size_t index,
          struct lamb_aws_result **ret_result)
{
    int r;

    if (!event->source || !event->detail_type)
        return lamb_call_refuse(ret_result, "event %zu has no source or no detail type",
                                index);
    r = lamb_call_check_json(event->detail, true, "detail of an event", ret_result);
    if (r != 0)
        return r;
    (void)lamb_buf_str(body, index > 0 ? ",{" : "{");
    lamb_json_text_member(body, "EventBusName", event->bus);
    lamb_json_text_member(body, "Source", event->source);
    lamb_json_text_member(body, "DetailType", event->detail_type);
    lamb_json_span_member(body, "Detail", event->detail);
    (void)lamb_buf_char(body, '}');
    return 0;
}

int
lamb_bus_put(struct lamb_aws *aws, struct lamb_invocation *inv,
             const struct lamb_bus_event *events, size_t n_events,
             struct lamb_aws_result **ret_result)
{
    static const struct lamb_batch_form form = { "Entries", "EventId" };
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r = 0;

    if (n_events < 1 || n_events > EVENTS_MAX)
        return lamb_call_refuse(ret_result, "%zu events are not 1 to %d", n_events,
                                EVENTS_MAX);
    (void)lamb_buf_str(&body, "{\"Entries\":[");
    for (size_t i = 0; i < n_events && r == 0; i++)
        r = put_event(&body, &events[i], i, ret_result);
    if (r != 0)
        return r;
    (void)lamb_buf_str(&body, "]}");
    r = lamb_json_call(aws, inv, "events", "AWSEvents.PutEvents", "1.1", &body,
                       ret_result);
    return r == 0 ? lamb_json_entries(*ret_result, &form, n_events) : r;
}
