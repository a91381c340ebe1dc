/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_XML_H
#define LAMB_AWS_XML_H

/*
 * xml - the text of an element, as far as the answers of AWS need it.
 *
 * Reads elements with text in them and nothing else: no attributes' values, no CDATA,
 * no document types. Whatever the bytes are, it ends after one look at each.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include "sdk/base/buf.h"

/*
 * Append the text of the first element NAME in XML, its entities and character
 * references replaced. -ENOENT: there is none, or it is not ended; else fails as
 * lamb_buf_append.
 */
int lamb_xml_text(struct lamb_span xml, const char *name, struct lamb_buf *ret);

#endif
