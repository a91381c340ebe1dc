/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_SES_H
#define LAMB_EVENTS_SES_H

/*
 * Amazon SES receipt rules: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_ses_event - ses event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_ses_event {
    struct lamb_value value;
};

/**
 * struct lamb_ses_record - ses record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_ses_record {
    struct lamb_value value;
};

/**
 * struct lamb_ses_mail - ses mail; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_ses_mail {
    struct lamb_value value;
};

/**
 * struct lamb_ses_header - ses header; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_ses_header {
    struct lamb_value value;
};

/**
 * struct lamb_ses_receipt - ses receipt; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_ses_receipt {
    struct lamb_value value;
};

/* lamb_ses_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_ses_event_of(struct lamb_document *document, struct lamb_ses_event *ret)
{
    return lamb_document_expect(document, "ses", &ret->value);
}

/* lamb_ses_event_records_at - element index of Records: object. */
static inline int
lamb_ses_event_records_at(struct lamb_ses_event object, size_t index,
                          struct lamb_ses_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_ses_event_records_count - how many elements Records has. */
static inline int
lamb_ses_event_records_count(struct lamb_ses_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_ses_record_event_version - eventVersion: text. */
static inline int
lamb_ses_record_event_version(struct lamb_ses_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventVersion", ret);
}

/* lamb_ses_record_event_source - eventSource: text. */
static inline int
lamb_ses_record_event_source(struct lamb_ses_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_ses_record_mail - ses/mail: object. */
static inline int
lamb_ses_record_mail(struct lamb_ses_record object, struct lamb_ses_mail *ret)
{
    return lamb_value_object(object.value, "ses/mail", &ret->value);
}

/* lamb_ses_record_receipt - ses/receipt: object. */
static inline int
lamb_ses_record_receipt(struct lamb_ses_record object, struct lamb_ses_receipt *ret)
{
    return lamb_value_object(object.value, "ses/receipt", &ret->value);
}

/* lamb_ses_mail_timestamp - timestamp: time (text, ISO). */
static inline int
lamb_ses_mail_timestamp(struct lamb_ses_mail object, int64_t *ret)
{
    return lamb_value_time(object.value, "timestamp", LAMB_TIME_ISO, ret);
}

/* lamb_ses_mail_source - source: text. */
static inline int
lamb_ses_mail_source(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "source", ret);
}

/* lamb_ses_mail_message_id - messageId: text. */
static inline int
lamb_ses_mail_message_id(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageId", ret);
}

/* lamb_ses_mail_destination_at - element index of destination: text. */
static inline int
lamb_ses_mail_destination_at(struct lamb_ses_mail object, size_t index,
                             struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "destination", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_ses_mail_destination_count - how many elements destination has. */
static inline int
lamb_ses_mail_destination_count(struct lamb_ses_mail object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "destination", &list, ret);
}

/* lamb_ses_mail_headers_truncated - headersTruncated: true or false. */
static inline int
lamb_ses_mail_headers_truncated(struct lamb_ses_mail object, bool *ret)
{
    return lamb_value_bool(object.value, "headersTruncated", ret);
}

/* lamb_ses_mail_headers_at - element index of headers: object. */
static inline int
lamb_ses_mail_headers_at(struct lamb_ses_mail object, size_t index,
                         struct lamb_ses_header *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "headers", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_ses_mail_headers_count - how many elements headers has. */
static inline int
lamb_ses_mail_headers_count(struct lamb_ses_mail object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "headers", &list, ret);
}

/* lamb_ses_mail_return_path - commonHeaders/returnPath: text. */
static inline int
lamb_ses_mail_return_path(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "commonHeaders/returnPath", ret);
}

/* lamb_ses_mail_from_at - element index of commonHeaders/from: text. */
static inline int
lamb_ses_mail_from_at(struct lamb_ses_mail object, size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "commonHeaders/from", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_ses_mail_from_count - how many elements commonHeaders/from has. */
static inline int
lamb_ses_mail_from_count(struct lamb_ses_mail object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "commonHeaders/from", &list, ret);
}

/* lamb_ses_mail_to_at - element index of commonHeaders/to: text. */
static inline int
lamb_ses_mail_to_at(struct lamb_ses_mail object, size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "commonHeaders/to", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_ses_mail_to_count - how many elements commonHeaders/to has. */
static inline int
lamb_ses_mail_to_count(struct lamb_ses_mail object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "commonHeaders/to", &list, ret);
}

/* lamb_ses_mail_cc_at - element index of commonHeaders/cc: text. May be absent or null.
 */
static inline int
lamb_ses_mail_cc_at(struct lamb_ses_mail object, size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "commonHeaders/cc", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_ses_mail_cc_count - how many elements commonHeaders/cc has. */
static inline int
lamb_ses_mail_cc_count(struct lamb_ses_mail object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "commonHeaders/cc", &list, ret);
}

/* lamb_ses_mail_date - commonHeaders/date: text. */
static inline int
lamb_ses_mail_date(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "commonHeaders/date", ret);
}

/* lamb_ses_mail_header_message_id - commonHeaders/messageId: text. */
static inline int
lamb_ses_mail_header_message_id(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "commonHeaders/messageId", ret);
}

/* lamb_ses_mail_subject - commonHeaders/subject: text. */
static inline int
lamb_ses_mail_subject(struct lamb_ses_mail object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "commonHeaders/subject", ret);
}

/* lamb_ses_header_name - name: text. */
static inline int
lamb_ses_header_name(struct lamb_ses_header object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "name", ret);
}

/* lamb_ses_header_value - value: text. */
static inline int
lamb_ses_header_value(struct lamb_ses_header object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "value", ret);
}

/* lamb_ses_receipt_timestamp - timestamp: time (text, ISO). */
static inline int
lamb_ses_receipt_timestamp(struct lamb_ses_receipt object, int64_t *ret)
{
    return lamb_value_time(object.value, "timestamp", LAMB_TIME_ISO, ret);
}

/* lamb_ses_receipt_processing_time_millis - processingTimeMillis: whole number. */
static inline int
lamb_ses_receipt_processing_time_millis(struct lamb_ses_receipt object, int64_t *ret)
{
    return lamb_value_int(object.value, "processingTimeMillis", ret);
}

/* lamb_ses_receipt_recipients_at - element index of recipients: text. */
static inline int
lamb_ses_receipt_recipients_at(struct lamb_ses_receipt object, size_t index,
                               struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "recipients", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_ses_receipt_recipients_count - how many elements recipients has. */
static inline int
lamb_ses_receipt_recipients_count(struct lamb_ses_receipt object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "recipients", &list, ret);
}

/* lamb_ses_receipt_spam_verdict - spamVerdict/status: text. */
static inline int
lamb_ses_receipt_spam_verdict(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "spamVerdict/status", ret);
}

/* lamb_ses_receipt_virus_verdict - virusVerdict/status: text. */
static inline int
lamb_ses_receipt_virus_verdict(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "virusVerdict/status", ret);
}

/* lamb_ses_receipt_spf_verdict - spfVerdict/status: text. */
static inline int
lamb_ses_receipt_spf_verdict(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "spfVerdict/status", ret);
}

/* lamb_ses_receipt_dkim_verdict - dkimVerdict/status: text. */
static inline int
lamb_ses_receipt_dkim_verdict(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dkimVerdict/status", ret);
}

/* lamb_ses_receipt_dmarc_verdict - dmarcVerdict/status: text. */
static inline int
lamb_ses_receipt_dmarc_verdict(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dmarcVerdict/status", ret);
}

/* lamb_ses_receipt_dmarc_policy - dmarcPolicy: text. May be absent or null. */
static inline int
lamb_ses_receipt_dmarc_policy(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dmarcPolicy", ret);
}

/* lamb_ses_receipt_action_type - action/type: text. */
static inline int
lamb_ses_receipt_action_type(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/type", ret);
}

/* lamb_ses_receipt_action_invocation_type - action/invocationType: text. May be absent
 * or null. */
static inline int
lamb_ses_receipt_action_invocation_type(struct lamb_ses_receipt object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/invocationType", ret);
}

/* lamb_ses_receipt_action_function_arn - action/functionArn: text. May be absent or
 * null. */
static inline int
lamb_ses_receipt_action_function_arn(struct lamb_ses_receipt object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/functionArn", ret);
}

/* lamb_ses_receipt_action_topic_arn - action/topicArn: text. May be absent or null. */
static inline int
lamb_ses_receipt_action_topic_arn(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/topicArn", ret);
}

/* lamb_ses_receipt_action_bucket_name - action/bucketName: text. May be absent or null.
 */
static inline int
lamb_ses_receipt_action_bucket_name(struct lamb_ses_receipt object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/bucketName", ret);
}

/* lamb_ses_receipt_action_object_key - action/objectKey: text. May be absent or null.
 */
static inline int
lamb_ses_receipt_action_object_key(struct lamb_ses_receipt object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/objectKey", ret);
}

/* lamb_ses_receipt_action_smtp_reply_code - action/smtpReplyCode: text. May be absent
 * or null. */
static inline int
lamb_ses_receipt_action_smtp_reply_code(struct lamb_ses_receipt object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/smtpReplyCode", ret);
}

/* lamb_ses_receipt_action_status_code - action/statusCode: text. May be absent or null.
 */
static inline int
lamb_ses_receipt_action_status_code(struct lamb_ses_receipt object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/statusCode", ret);
}

/* lamb_ses_receipt_action_message - action/message: text. May be absent or null. */
static inline int
lamb_ses_receipt_action_message(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/message", ret);
}

/* lamb_ses_receipt_action_sender - action/sender: text. May be absent or null. */
static inline int
lamb_ses_receipt_action_sender(struct lamb_ses_receipt object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/sender", ret);
}

/* lamb_ses_receipt_action_organization_arn - action/organizationArn: text. May be
 * absent or null. */
static inline int
lamb_ses_receipt_action_organization_arn(struct lamb_ses_receipt object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "action/organizationArn", ret);
}

#ifdef __cplusplus
}
#endif

#endif
