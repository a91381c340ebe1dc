/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_IOT_BUTTON_H
#define LAMB_EVENTS_IOT_BUTTON_H

/*
 * AWS IoT button: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_iot_button_event - iot button event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_iot_button_event {
    struct lamb_value value;
};

/* lamb_iot_button_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_iot_button_event_of(struct lamb_document *document,
                         struct lamb_iot_button_event *ret)
{
    return lamb_document_expect(document, "iot_button", &ret->value);
}

/* lamb_iot_button_event_serial_number - serialNumber: text. */
static inline int
lamb_iot_button_event_serial_number(struct lamb_iot_button_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "serialNumber", ret);
}

/* lamb_iot_button_event_click_type - clickType: text. */
static inline int
lamb_iot_button_event_click_type(struct lamb_iot_button_event object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "clickType", ret);
}

/* lamb_iot_button_event_battery_voltage - batteryVoltage: text. */
static inline int
lamb_iot_button_event_battery_voltage(struct lamb_iot_button_event object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "batteryVoltage", ret);
}

#ifdef __cplusplus
}
#endif

#endif
