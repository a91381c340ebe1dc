/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_METRICS_H
#define LAMB_METRICS_H

/*
 * metrics - CloudWatch metrics through the log: the embedded metric format.
 *
 *     struct lamb_metrics *metrics = lamb_metrics_open(inv, "Shop");
 *
 *     lamb_metrics_dimension(metrics, "Service", "orders");
 *     lamb_metrics_add(metrics, "Orders", "Count", 1);
 *     lamb_metrics_add(metrics, "Duration", "Milliseconds", 12.5);
 *
 * What was added is one line on standard output when the handler has returned, whatever
 * it returned, or when it closes the metrics itself: no call to AWS, no permission. A
 * 101st metric, or a 101st value of one, writes the line that is full and begins
 * another with the same dimensions.
 *
 * The line has no level. In the JSON log format the service takes what has none for
 * INFO: with AWS_LAMBDA_LOG_LEVEL above that it drops the metrics.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_metrics - the metrics of one invocation; opaque.
 * Since: 0.1
 */
struct lamb_metrics;

/**
 * lamb_metrics_open - begin with no metric.
 * @inv:        the invocation, whose requestId stands in the line; keeps, until
 *              lamb_metrics_close. It closes what is still open when the handler has
 *              returned. NULL: none, as in an init hook.
 * @metrics_namespace: where CloudWatch shows them, 1 to 255 bytes; copies.
 *
 * Returns: the metrics; borrows, valid until the handler returns or until
 *          lamb_metrics_close; without @inv: gives, release them with that. NULL when
 *          there is no memory or no namespace: the functions below take that and do
 *          nothing but fail, since metrics should not stop the work.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct lamb_metrics *lamb_metrics_open(struct lamb_invocation *inv,
                                                const char *metrics_namespace);

/**
 * lamb_metrics_dimension - tell these metrics from others of the same name.
 * @metrics: the metrics; borrows.
 * @name:    the dimension's name, 1 to 250 bytes; copies.
 * @value:   its value, 1 to 1024 bytes; copies.
 *
 * Counts for all metrics of the object. The same name again changes the value.
 *
 * Returns: 0.
 * Errors:  -EINVAL a name or value that is not as it has to be, or a name of the
 *                  format's own (_aws, requestId) or of a metric.
 *          -E2BIG  30 dimensions are the most.
 *          -ENOMEM no memory, or metrics is NULL.
 * Threads: one at a time per object.
 * Since:   0.1
 */
LAMB_API int lamb_metrics_dimension(struct lamb_metrics *metrics, const char *name,
                                    const char *value);

/**
 * lamb_metrics_add - add a value of a metric.
 * @metrics: the metrics; borrows.
 * @name:    the metric's name, 1 to 1024 bytes; copies.
 * @unit:    a unit of CloudWatch ("Count", "Milliseconds", "Bytes/Second"); copies.
 *           NULL: "None".
 * @value:   the value.
 *
 * Returns: 0.
 * Errors:  -EINVAL not finite, no such unit, another unit than before, or a name that
 *                  is not as it has to be, is the format's own, or a dimension's.
 *          -ENOMEM no memory, or metrics is NULL.
 *          -EIO    a full line could not be written.
 * Threads: one at a time per object.
 * Since:   0.1
 */
LAMB_API int lamb_metrics_add(struct lamb_metrics *metrics, const char *name,
                              const char *unit, double value);

/**
 * lamb_metrics_flush - write what was added so far, and begin another line.
 * @metrics: the metrics; borrows.
 *
 * Returns: 0, also when there is nothing.
 * Errors:  -ENOMEM no memory, or metrics is NULL: nothing was written.
 *          -EIO    standard output takes nothing.
 * Threads: one at a time per object.
 * Since:   0.1
 */
LAMB_API int lamb_metrics_flush(struct lamb_metrics *metrics);

/**
 * lamb_metrics_close - write what was added, and release the metrics.
 * @metrics: the metrics; takes. NULL is nothing.
 *
 * To be called by who wants to know whether they were written, or has no invocation.
 *
 * Returns: 0.
 * Errors:  see lamb_metrics_flush.
 * Threads: one at a time per invocation.
 * Since:   0.1
 */
LAMB_API int lamb_metrics_close(struct lamb_metrics *metrics);

#ifdef __cplusplus
}
#endif

#endif
