/* SPDX-License-Identifier: Apache-2.0 */

#include "sdk/events/event_time.h"

#include <errno.h>
#include <string.h>

#include "sdk/base/num.h"
#include "sdk/base/span.h"

/* What is read so far, and what of the text is left. */
struct reader {
    struct lamb_span rest;
    int64_t year, month, day, hour, minute, second, ms, offset_minutes;
};

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void
skip(struct reader *in, size_t len)
{
    in->rest.ptr += len;
    in->rest.len -= len;
}

/* A number of MIN to MAX digits, not above LIMIT. */
static bool
digits(struct reader *in, size_t min, size_t max, int64_t limit, int64_t *ret)
{
    size_t n = 0;

    *ret = 0;
    while (n < max && n < in->rest.len && in->rest.ptr[n] >= '0' &&
           in->rest.ptr[n] <= '9')
        *ret = *ret * 10 + (in->rest.ptr[n++] - '0');
    skip(in, n);
    return n >= min && *ret <= limit;
}

static bool
sign(struct reader *in, const char *text)
{
    if (!lamb_span_starts(in->rest, text))
        return false;
    skip(in, strlen(text));
    return true;
}

static bool
month_name(struct reader *in)
{
    for (in->month = 1; in->month <= 12; in->month++)
        if (sign(in, months[in->month - 1]))
            return true;
    return false;
}

static bool
hms(struct reader *in)
{
    return digits(in, 1, 2, 23, &in->hour) && sign(in, ":") &&
           digits(in, 2, 2, 59, &in->minute) && sign(in, ":") &&
           digits(in, 2, 2, 60, &in->second);
}

/* ".123456789" or nothing; beyond milliseconds it is cut. */
static bool
fraction(struct reader *in)
{
    int64_t more;
    size_t before;

    if (!sign(in, "."))
        return true;
    before = in->rest.len;
    if (!digits(in, 1, 3, 999, &in->ms))
        return false;
    for (size_t n = before - in->rest.len; n < 3; n++)
        in->ms *= 10;
    return digits(in, 0, 15, INT64_MAX, &more);
}

/* "Z", "+02:00" or "+0200". */
static bool
offset(struct reader *in)
{
    int64_t hours;
    int64_t minutes;
    bool west;

    if (sign(in, "Z"))
        return true;
    west = sign(in, "-");
    if ((!west && !sign(in, "+")) || !digits(in, 2, 2, 23, &hours))
        return false;
    (void)sign(in, ":");
    if (!digits(in, 2, 2, 59, &minutes))
        return false;
    in->offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool
read_iso(struct reader *in)
{
    return digits(in, 4, 4, 9999, &in->year) && sign(in, "-") &&
           digits(in, 2, 2, 12, &in->month) && sign(in, "-") &&
           digits(in, 2, 2, 31, &in->day) && (sign(in, "T") || sign(in, " ")) &&
           hms(in) && fraction(in) && offset(in);
}

static bool
read_access_log(struct reader *in)
{
    return digits(in, 1, 2, 31, &in->day) && sign(in, "/") && month_name(in) &&
           sign(in, "/") && digits(in, 4, 4, 9999, &in->year) && sign(in, ":") &&
           hms(in) && sign(in, " ") && offset(in);
}

static bool
read_x509(struct reader *in)
{
    if (!month_name(in) || !sign(in, " "))
        return false;
    (void)sign(in, " "); /* OpenSSL pads the day */
    return digits(in, 1, 2, 31, &in->day) && sign(in, " ") && hms(in) &&
           sign(in, " ") && digits(in, 4, 4, 9999, &in->year) && sign(in, " GMT");
}

static bool
read_rabbitmq(struct reader *in)
{
    bool afternoon;

    if (!month_name(in) || !sign(in, " ") || !digits(in, 1, 2, 31, &in->day) ||
        !sign(in, ", ") || !digits(in, 4, 4, 9999, &in->year) || !sign(in, ", ") ||
        !hms(in))
        return false;
    /* newer Java writes a narrow no-break space here */
    if (!sign(in, " ") && !sign(in, "\xE2\x80\xAF"))
        return false;
    afternoon = sign(in, "PM");
    if ((!afternoon && !sign(in, "AM")) || in->hour < 1 || in->hour > 12)
        return false;
    in->hour = in->hour % 12 + (afternoon ? 12 : 0);
    return true;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool
day_exists(const struct reader *in)
{
    int64_t next_year = in->month == 12 ? in->year + 1 : in->year;
    int64_t next_month = in->month == 12 ? 1 : in->month + 1;

    return in->month >= 1 && in->day >= 1 &&
           in->day <=
               days_of(next_year, next_month, 1) - days_of(in->year, in->month, 1);
}

int
lamb_event_time(struct lamb_span text, enum lamb_time_form form, int64_t *ret_ms)
{
    static bool (*const read[])(struct reader *) = {
        [LAMB_TIME_ISO] = read_iso,
        [LAMB_TIME_ACCESS_LOG] = read_access_log,
        [LAMB_TIME_X509] = read_x509,
        [LAMB_TIME_RABBITMQ] = read_rabbitmq,
    };
    struct reader in = { .rest = text };

    if (form == LAMB_TIME_MS_TEXT)
        return lamb_parse_i64(text, INT64_MIN, INT64_MAX, ret_ms) ? -EINVAL : 0;
    if ((size_t)form >= sizeof(read) / sizeof(read[0]) || !read[form])
        return -EINVAL;
    if (!read[form](&in) || in.rest.len || !day_exists(&in))
        return -EINVAL;
    *ret_ms = (((days_of(in.year, in.month, in.day) * 24 + in.hour) * 60 + in.minute -
                in.offset_minutes) *
                   60 +
               in.second) *
                  1000 +
              in.ms;
    return 0;
}
