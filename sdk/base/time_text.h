/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_TIME_TEXT_H
#define LAMB_BASE_TIME_TEXT_H

/* time_text - points in time as the service writes them: UTC, whatever the locale. */

#include <stdint.h>

enum { LAMB_TIME_SIZE = 25, LAMB_DATE_SIZE = 11 };

/* "2022-10-12T00:01:15.000Z"; years 1970 to 9999, what lies outside is clamped. */
void lamb_time_iso_ms(int64_t epoch_ns, char ret[LAMB_TIME_SIZE]);
/* "2022/10/12", as in the name of a log stream. */
void lamb_time_date(int64_t epoch_ns, char ret[LAMB_DATE_SIZE]);

#endif
