/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/debug_lines.h"

#ifdef HAVE_LIBDW

#include <elfutils/libdwfl.h>

static bool
is_build_id(Dwfl_Module *module, struct lamb_span wanted)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bits;
    GElf_Addr place;
    int len = dwfl_module_build_id(module, &bits, &place);

    if (wanted.len == 0)
        return true;
    if (len <= 0 || wanted.len != 2 * (size_t)len)
        return false;
    for (size_t i = 0; i < (size_t)len; i++)
        if (wanted.ptr[2 * i] != digits[bits[i] >> 4] ||
            wanted.ptr[2 * i + 1] != digits[bits[i] & 0xf])
            return false;
    return true;
}

static int
find_in(Dwfl_Module *module, struct lamb_span build_id, uint64_t address,
        struct lamb_buf *ret)
{
    const char *file = NULL;
    GElf_Addr bias;
    Dwfl_Line *found;
    int line;

    /* the file itself first: its build-id is known only then */
    if (!module || !dwfl_module_getelf(module, &bias) || !is_build_id(module, build_id))
        return DEBUG_LINES_OTHER;
    found = dwfl_module_getsrc(module, address + bias);
    if (found)
        file = dwfl_lineinfo(found, NULL, &line, NULL, NULL, NULL);
    return file && lamb_buf_printf(ret, "%s:%d", file, line) == 0 ? 0
                                                                  : DEBUG_LINES_NONE;
}

bool
debug_lines_are_known(void)
{
    return true;
}

int
debug_lines_find(const char *path, struct lamb_span build_id, uint64_t address,
                 struct lamb_buf *ret)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
    };
    Dwfl *session = dwfl_begin(&callbacks);
    Dwfl_Module *module;
    int r;

    if (!session)
        return DEBUG_LINES_OTHER;
    module = dwfl_report_offline(session, "", path, -1);
    (void)dwfl_report_end(session, NULL, NULL);
    r = find_in(module, build_id, address, ret);
    dwfl_end(session);
    return r;
}

#else

bool
debug_lines_are_known(void)
{
    return false;
}

int
debug_lines_find(const char *path, struct lamb_span build_id, uint64_t address,
                 struct lamb_buf *ret)
{
    (void)path;
    (void)build_id;
    (void)address;
    (void)ret;
    return DEBUG_LINES_OTHER;
}

#endif
