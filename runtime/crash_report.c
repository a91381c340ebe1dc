/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/crash_report.h"

#include <string.h>

#include "sdk/base/enum.h"

enum { MESSAGE_MAX = 1024, NOT_ANY = 0 };

static const struct {
    int number;
    const char *name;
    const char *meaning;
    bool has_address;
} signals[] = {
    { SIGSEGV, "SIGSEGV", "segmentation fault", true },
    { SIGBUS, "SIGBUS", "bus error", true },
    { SIGILL, "SIGILL", "illegal instruction", true },
    { SIGFPE, "SIGFPE", "arithmetic error", true },
    { SIGABRT, "SIGABRT", "abort", false },
    { SIGSYS, "SIGSYS", "system call not allowed", false },
    { SIGTRAP, "SIGTRAP", "trap", false },
};

static const struct {
    int signal;
    int code;
    const char *text;
} reasons[] = {
    { SIGSEGV, SEGV_MAPERR, "nothing is mapped there" },
    { SIGSEGV, SEGV_ACCERR, "not accessible in this way" },
    { SIGBUS, BUS_ADRALN, "not aligned" },
    { SIGBUS, BUS_ADRERR, "behind the end of a mapped file, or no memory left" },
    { SIGFPE, FPE_INTDIV, "integer division by zero, or its result does not fit" },
    { SIGFPE, FPE_FLTDIV, "division by zero" },
};

static void
tell_address(const struct lamb_crash_report *report, struct lamb_signal_text *ret)
{
    if (report->code == SI_KERNEL) { /* x86: the processor does not say which */
        lamb_signal_text_str(ret, " at an address that is not known");
        return;
    }
    lamb_signal_text_str(ret, " at address ");
    lamb_signal_text_hex(ret, report->address);
    for (size_t i = 0; i < LAMB_COUNT(reasons); i++)
        if (reasons[i].signal == report->signal && reasons[i].code == report->code) {
            lamb_signal_text_str(ret, ": ");
            lamb_signal_text_str(ret, reasons[i].text);
        }
}

static void
tell_signal(const struct lamb_crash_report *report, struct lamb_signal_text *ret)
{
    for (size_t i = 0; i < LAMB_COUNT(signals); i++) {
        if (signals[i].number != report->signal)
            continue;
        lamb_signal_text_str(ret, signals[i].name);
        lamb_signal_text_str(ret, " (");
        lamb_signal_text_str(ret, signals[i].meaning);
        if (report->code > NOT_ANY && signals[i].has_address)
            tell_address(report, ret);
        else if (report->code == SI_USER)
            lamb_signal_text_str(ret, " sent by a process");
        lamb_signal_text_str(ret, ")");
    }
}

/* What happened, in a sentence. */
static void
tell_message(const struct lamb_crash_report *report, struct lamb_signal_text *ret)
{
    tell_signal(report, ret);
    if (report->in_init)
        lamb_signal_text_str(ret, " while preparing the handler '");
    else if (report->request)
        lamb_signal_text_str(ret, " while serving with the handler '");
    else
        lamb_signal_text_str(
            ret, " on a thread that runs no invocation, in the process of handler '");
    lamb_signal_text_str(ret, report->handler);
    lamb_signal_text_str(ret, "'");
    if (report->request) {
        lamb_signal_text_str(ret, ", request ");
        lamb_signal_text_str(ret, report->request);
    }
    if (report->frame_count) {
        lamb_signal_text_str(ret, ", in ");
        lamb_signal_text_bytes(ret, report->frames[0],
                               strcspn(report->frames[0], "\n"));
    }
}

void
lamb_crash_report_log(const struct lamb_crash_report *report,
                      struct lamb_signal_text *ret)
{
    lamb_signal_text_str(ret, "lamb: crash: ");
    tell_message(report, ret);
    lamb_signal_text_str(ret, "\n");
    for (size_t i = 0; i < report->frame_count; i++) {
        lamb_signal_text_str(ret, "lamb:   #");
        lamb_signal_text_decimal(ret, i);
        lamb_signal_text_str(ret, " ");
        lamb_signal_text_str(ret, report->frames[i]);
        lamb_signal_text_str(ret, "\n");
    }
    if (report->frame_count)
        lamb_signal_text_str(ret, "lamb:   for file and line: lamb symbolize --object "
                                  "UNSTRIPPED_OBJECT < LOG\n");
}

void
lamb_crash_report_json(const struct lamb_crash_report *report, size_t frames,
                       struct lamb_signal_text *ret)
{
    char memory[MESSAGE_MAX];
    struct lamb_signal_text message = LAMB_SIGNAL_TEXT(memory);

    tell_message(report, &message);
    lamb_signal_text_str(ret, "{\"errorMessage\":");
    lamb_signal_text_json(ret, message.ptr, message.len);
    lamb_signal_text_str(ret,
                         ",\"errorType\":\"" LAMB_CRASH_TYPE "\",\"stackTrace\":[");
    if (frames > report->frame_count)
        frames = report->frame_count;
    for (size_t i = 0; i < frames; i++) {
        lamb_signal_text_str(ret, i ? "," : "");
        lamb_signal_text_json(ret, report->frames[i], strlen(report->frames[i]));
    }
    lamb_signal_text_str(ret, "]}");
}
