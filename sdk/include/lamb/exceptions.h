/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EXCEPTIONS_H
#define LAMB_EXCEPTIONS_H

/*
 * exceptions - the border that no C++ exception crosses; included by lamb.h.
 *
 * A handler in C++ may throw. What leaves it becomes an error of the function: the type
 * is the exception's ("std::runtime_error"), the message its what(). So does what
 * leaves an init hook, as an init error; what leaves a shutdown hook is logged.
 *
 * There is nothing to call here. The three functions below come into every object that
 * is compiled as C++ with exceptions, once however many of its files include lamb.h,
 * and the runtime calls the handler through them when it finds them. So it is the
 * object's own C++ library that catches, and bootstrap needs none. An object whose
 * linker script hides them has no border: an exception then ends the process.
 */

#include <lamb/span.h>

#if defined(__cplusplus) && defined(__cpp_exceptions)

#include <cxxabi.h>
#include <exception>
#include <stdlib.h>
#include <typeinfo>

/* Documented in lamb.h, which includes this header. */
extern "C" int lamb_fail(struct lamb_invocation *inv, const char *type, const char *fmt,
                         ...);
extern "C" int lamb_init_fail(struct lamb_runtime *rt, const char *type,
                              const char *fmt, ...);

namespace lamb_border
{

/* Record the exception in flight. RECORD is lamb_fail or lamb_init_fail. */
template <typename Subject>
inline int
record(Subject *subject, int (*record_fn)(Subject *, const char *, const char *, ...))
{
    const std::type_info *type = abi::__cxa_current_exception_type();
    char *readable = type ? abi::__cxa_demangle(type->name(), 0, 0, 0) : 0;
    const char *name = readable ? readable : type ? type->name() : "unknown";

    try {
        throw;
    } catch (const std::exception &e) {
        record_fn(subject, name, "%s", e.what());
    } catch (const char *text) {
        record_fn(subject, name, "%s", text);
    } catch (...) {
        record_fn(subject, name, "an exception of type %s was thrown", name);
    }
    free(readable);
    return -1;
}

} // namespace lamb_border

/* A thread that is being ended (pthread_exit) unwinds through here: not ours to catch.
 */
#ifdef __GLIBCXX__
#define LAMB_LET_UNWIND                                                                \
    catch (abi::__forced_unwind &)                                                     \
    {                                                                                  \
        throw;                                                                         \
    }
#else
#define LAMB_LET_UNWIND
#endif

/* Emitted although nothing here calls it, and visible whatever the default is. */
#define LAMB_BORDER __attribute__((used, visibility("default")))

extern "C" {

LAMB_BORDER inline int
lamb_border_handler(int (*fn)(struct lamb_invocation *), struct lamb_invocation *inv)
{
    try {
        return fn(inv);
    }
    LAMB_LET_UNWIND
    catch (...)
    {
        return lamb_border::record(inv, lamb_fail);
    }
}

LAMB_BORDER inline int
lamb_border_init(int (*fn)(struct lamb_runtime *), struct lamb_runtime *rt)
{
    try {
        return fn(rt);
    }
    LAMB_LET_UNWIND
    catch (...)
    {
        return lamb_border::record(rt, lamb_init_fail);
    }
}

LAMB_BORDER inline int
lamb_border_shutdown(void (*fn)(struct lamb_runtime *), struct lamb_runtime *rt)
{
    try {
        fn(rt);
        return 0;
    }
    LAMB_LET_UNWIND
    catch (...)
    {
        return lamb_border::record(rt, lamb_init_fail);
    }
}

} /* extern "C" */

#undef LAMB_BORDER
#undef LAMB_LET_UNWIND

#endif
#endif
