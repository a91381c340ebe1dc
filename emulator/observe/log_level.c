/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_level.h"

LAMB_ENUM_TEXT_FN(log_format_text, log_format, LOG_FORMATS, LOG_FORMAT_N)
LAMB_ENUM_TEXT_FN(log_level_text, log_level, LOG_LEVELS, LOG_LEVEL_N)

enum log_format
log_format_parse(struct lamb_span text)
{
    for (enum log_format f = 0; f < LOG_FORMAT_N; f++)
        if (lamb_span_eq_nocase(text, lamb_span_str(log_format_text(f))))
            return f;
    return LOG_FORMAT_N;
}

enum log_level
log_level_parse(struct lamb_span text)
{
    for (enum log_level l = LEVEL_TRACE; l < LOG_LEVEL_N; l++)
        if (lamb_span_eq_nocase(text, lamb_span_str(log_level_text(l))))
            return l;
    return LOG_LEVEL_N;
}

bool
log_level_is_system(enum log_level level)
{
    return level == LEVEL_DEBUG || level == LEVEL_INFO || level == LEVEL_WARN;
}

bool
log_level_passes(enum log_level level, enum log_level threshold)
{
    return (level == LEVEL_UNSET ? LEVEL_INFO : level) >=
           (threshold == LEVEL_UNSET ? LEVEL_INFO : threshold);
}
