/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_ENUM_H
#define LAMB_BASE_ENUM_H

/*
 * enum - one list makes an enum, its count and its names.
 *
 * A list is a macro that calls X(NAME, "one sentence") per member. Nothing is
 * counted or spelt a second time by hand.
 */

#define LAMB_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LAMB_ENUM_MEMBER(name, text) name,
#define LAMB_ENUM_NAME(name, text) [name] = #name,
#define LAMB_ENUM_TEXT(name, text) [name] = text,

/* Declares enum TAG with the members of LIST and COUNT as the number of them. */
#define LAMB_ENUM(tag, LIST, count) enum tag { LIST(LAMB_ENUM_MEMBER) count }

/* Defines FN(value): the member's spelling, "?" when out of range. Never NULL. */
#define LAMB_ENUM_NAME_FN(fn, tag, LIST, count)                                        \
    const char *fn(enum tag value)                                                     \
    {                                                                                  \
        static const char *const names[] = { LIST(LAMB_ENUM_NAME) };                   \
        return (unsigned)value < (unsigned)(count) ? names[value] : "?";               \
    }

/* Defines FN(value): the member's sentence, "?" when out of range. Never NULL. */
#define LAMB_ENUM_TEXT_FN(fn, tag, LIST, count)                                        \
    const char *fn(enum tag value)                                                     \
    {                                                                                  \
        static const char *const texts[] = { LIST(LAMB_ENUM_TEXT) };                   \
        return (unsigned)value < (unsigned)(count) ? texts[value] : "?";               \
    }

#endif
