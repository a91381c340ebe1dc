/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_LIMITS_H
#define LAMB_BASE_LIMITS_H

/*
 * limits - every maximum in one place, with its reason. Bytes unless the name says
 * otherwise. The service's own figures cite where they come from.
 */

/* Synchronous request payload; one byte more is 413 (service-recorded). */
#define LAMB_LIMIT_REQUEST_SYNC (6 * 1024 * 1024)
/* Any request: a direct upload of code, base64 in JSON, is the largest (recorded). */
#define LAMB_LIMIT_REQUEST_LARGEST 70167211
/* Asynchronous request payload since October 2025. */
#define LAMB_LIMIT_REQUEST_ASYNC (1024 * 1024)
/* Buffered response: 6 MiB + 100, as AWS's own core counts (interop/model.go). */
#define LAMB_LIMIT_RESPONSE (6 * 1024 * 1024 + 100)
/* Streamed response (developer guide, July 2025). */
#define LAMB_LIMIT_RESPONSE_STREAM (200 * 1024 * 1024)
/* Client context, base64 as sent in the header (API model). */
#define LAMB_LIMIT_CLIENT_CONTEXT 3583
/* Tenant id of an invocation (API model). */
#define LAMB_LIMIT_TENANT_ID 256
/* The log tail returned with X-Amz-Log-Type: Tail. */
#define LAMB_LIMIT_LOG_TAIL 4096
/* Body of /error and /init/error that we keep; longer ones are refused with 413. */
#define LAMB_LIMIT_ERROR_BODY (1024 * 1024)
/* Environment variables of a function, as compact JSON (service quota). */
#define LAMB_LIMIT_FUNCTION_ENV 4096
/* Nesting of a JSON payload: the depth the service's own parser allows. */
#define LAMB_LIMIT_JSON_DEPTH 1000
/* Code plus layers, unpacked (service quotas). */
#define LAMB_LIMIT_UNZIPPED (250 * 1024 * 1024)
/* Descriptors, and processes plus threads, of one execution environment. */
#define LAMB_LIMIT_FDS 1024
#define LAMB_LIMIT_PROCESSES 1024

#endif
