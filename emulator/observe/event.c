/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/event.h"

LAMB_ENUM_TEXT_FN(event_type_text, event_type, PLATFORM_EVENTS, EVENT_TYPE_N)
LAMB_ENUM_TEXT_FN(event_status_text, event_status, PLATFORM_STATUSES, EVENT_STATUS_N)
LAMB_ENUM_TEXT_FN(event_span_text, event_span_name, PLATFORM_SPANS, SPAN_NAME_N)
LAMB_ENUM_TEXT_FN(event_phase_text, event_phase, PLATFORM_PHASES, EVENT_PHASE_N)

void
observe_init(struct observe *observe)
{
    *observe = (struct observe){ 0 };
    lamb_list_init(&observe->observers);
}

void
observe_add(struct observe *observe, struct observer *observer)
{
    lamb_list_push_back(&observe->observers, &observer->node);
}

void
observe_remove(struct observer *observer)
{
    lamb_list_remove(&observer->node);
}

void
observe_emit(struct observe *observe, const struct event *event)
{
    observe->counts[event->type]++;
    LAMB_LIST_FOREACH_SAFE (it, &observe->observers) {
        struct observer *observer = LAMB_CONTAINER(it, struct observer, node);

        observer->on_event(observer->data, event);
    }
}
