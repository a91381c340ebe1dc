/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/unwind.h"

#include <string.h>
#include <ucontext.h>

#include "runtime/dwarf.h"

enum {
    ENCODING_OMITTED = 0xff,
    ENCODING_TABLE = 0x3b, /* 4 bytes with sign, from the start of the header */
    ENCODING_START = 0x1b, /* 4 bytes with sign, from where they stand */
    SAVED_MAX = 8,         /* rows on the stack of the unwind program */
    EXPRESSION_MAX = 16,
};

enum rule_kind { RULE_SAME, RULE_UNDEFINED, RULE_AT, RULE_IS, RULE_AT_EXPRESSION };

struct rule {
    enum rule_kind kind;
    uint64_t offset;           /* from the frame's address */
    const unsigned char *expr; /* its length first */
};

struct row {
    uint64_t cfa_reg;
    uint64_t cfa_offset;
    const unsigned char *cfa_expr; /* NULL: register and offset */
    struct rule rules[LAMB_UNWIND_N];
};

struct entry {
    uintptr_t start;
    uint64_t code_factor;
    uint64_t data_factor; /* negative by its wrapping around, as all offsets */
    uint64_t return_reg;
    bool is_signal;
    const unsigned char *first, *first_end; /* the program all functions share */
    const unsigned char *own, *own_end;     /* and that of this one */
};

/* ---- Finding the function's entry -------------------------------------------------
 */

static int32_t
table_value(const unsigned char *table, size_t index, size_t half)
{
    const unsigned char *at = table + 8 * index + 4 * half;

    return (int32_t)lamb_dwarf_signed(&at, 4);
}

/* The description of the function that PC may lie in, by the sorted table; or NULL. */
static const unsigned char *
find_description(const struct lamb_image *image, uintptr_t pc)
{
    const unsigned char *head = lamb_dwarf_memory(image->unwind);
    const unsigned char *at = head + 8;
    int64_t wanted = (int64_t)(pc - image->unwind);
    size_t low = 0;
    size_t high;

    if (!lamb_dwarf_has(head, 8) || head[0] != 1 || head[1] != ENCODING_START ||
        head[2] != 0x03 || head[3] != ENCODING_TABLE)
        return NULL;
    high = (size_t)lamb_dwarf_fixed(&at, 4);
    if (!lamb_dwarf_has(at, 8 * high))
        return NULL;
    while (low < high) { /* the first that begins behind PC */
        size_t middle = low + (high - low) / 2;

        if (table_value(at, middle, 0) <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? lamb_dwarf_memory(image->unwind +
                                   (uintptr_t)table_value(at, low - 1, 1))
               : NULL;
}

/* What the letters of a shared part say of its data; how addresses are encoded. */
static unsigned
read_letters(const unsigned char *letters, const unsigned char **at, struct entry *ret)
{
    unsigned encoding = 0;
    unsigned letter;

    while ((letter = lamb_dwarf_byte(&letters)) != '\0') {
        if (letter == 'R') {
            encoding = lamb_dwarf_byte(at);
        } else if (letter == 'P') {
            unsigned of_personality = lamb_dwarf_byte(at);

            (void)lamb_dwarf_encoded(at, of_personality);
        } else if (letter == 'L') {
            (void)lamb_dwarf_byte(at);
        } else if (letter == 'S') {
            ret->is_signal = true;
        }
    }
    return encoding;
}

/* The part that several functions share; returns how their addresses are encoded. */
static unsigned
read_shared(const unsigned char *at, struct entry *ret, bool *ret_has_data)
{
    uint64_t len = lamb_dwarf_fixed(&at, 4);
    const unsigned char *letters;
    unsigned encoding = 0;
    unsigned version;

    ret->first_end = lamb_dwarf_behind(at, len);
    at = lamb_dwarf_behind(at, 4);
    version = lamb_dwarf_byte(&at);
    letters = at;
    while (lamb_dwarf_byte(&at) != '\0')
        ;
    ret->code_factor = lamb_dwarf_uleb(&at);
    ret->data_factor = (uint64_t)lamb_dwarf_sleb(&at);
    ret->return_reg = version == 1 ? lamb_dwarf_byte(&at) : lamb_dwarf_uleb(&at);
    *ret_has_data = lamb_dwarf_has(letters, 1) && *letters == 'z';
    if (*ret_has_data) {
        uint64_t size = lamb_dwarf_uleb(&at);

        ret->first = lamb_dwarf_behind(at, size);
        encoding = read_letters(letters, &at, ret);
    } else {
        ret->first = at;
    }
    return encoding;
}

static bool
find_entry(const struct lamb_image *image, uintptr_t pc, struct entry *ret)
{
    const unsigned char *at = image->unwind ? find_description(image, pc) : NULL;
    uintptr_t place;
    uintptr_t range;
    unsigned encoding;
    bool has_data;
    uint64_t len;

    *ret = (struct entry){ 0 };
    if (!at)
        return false;
    len = lamb_dwarf_fixed(&at, 4);
    if (len == 0 || len >= UINT32_MAX)
        return false;
    ret->own_end = lamb_dwarf_behind(at, len);
    place = lamb_dwarf_number(at);
    encoding = read_shared(
        lamb_dwarf_memory(place - (uintptr_t)lamb_dwarf_fixed(&at, 4)), ret, &has_data);
    if (encoding == ENCODING_OMITTED || encoding & 0x80)
        return false;
    ret->start = lamb_dwarf_encoded(&at, encoding);
    range = lamb_dwarf_encoded(&at, encoding & 0xf);
    if (has_data) {
        uint64_t skip = lamb_dwarf_uleb(&at);

        at = lamb_dwarf_behind(at, skip);
    }
    ret->own = at;
    return !lamb_dwarf_is_broken() && pc >= ret->start && pc - ret->start < range;
}

/* ---- The program: what is where at PC ---------------------------------------------
 */

struct machine {
    struct row row;
    struct row initial;
    struct row saved[SAVED_MAX];
    size_t depth;
    uintptr_t at_pc;
};

static void
set_rule(struct machine *m, uint64_t reg, enum rule_kind kind, uint64_t offset)
{
    if (reg < LAMB_UNWIND_N)
        m->row.rules[reg] = (struct rule){ .kind = kind, .offset = offset };
}

static void
restore_rule(struct machine *m, uint64_t reg)
{
    if (reg < LAMB_UNWIND_N)
        m->row.rules[reg] = m->initial.rules[reg];
}

static void
skip_block(const unsigned char **at)
{
    uint64_t len = lamb_dwarf_uleb(at);

    *at = lamb_dwarf_behind(*at, len);
}

/* The instructions that change how the frame's address is computed. */
static bool
run_cfa(struct machine *m, const struct entry *entry, unsigned op,
        const unsigned char **at)
{
    switch (op) {
    case 0x0c: /* def_cfa */
        m->row.cfa_reg = lamb_dwarf_uleb(at);
        m->row.cfa_offset = lamb_dwarf_uleb(at);
        m->row.cfa_expr = NULL;
        return true;
    case 0x12: /* def_cfa_sf */
        m->row.cfa_reg = lamb_dwarf_uleb(at);
        m->row.cfa_offset = (uint64_t)lamb_dwarf_sleb(at) * entry->data_factor;
        m->row.cfa_expr = NULL;
        return true;
    case 0x0d: /* def_cfa_register */
        m->row.cfa_reg = lamb_dwarf_uleb(at);
        return true;
    case 0x0e: /* def_cfa_offset */
        m->row.cfa_offset = lamb_dwarf_uleb(at);
        return true;
    case 0x13: /* def_cfa_offset_sf */
        m->row.cfa_offset = (uint64_t)lamb_dwarf_sleb(at) * entry->data_factor;
        return true;
    case 0x0f: /* def_cfa_expression */
        m->row.cfa_expr = *at;
        skip_block(at);
        return true;
    default:
        return false;
    }
}

/* Those that say where a register was saved. */
static bool
run_register(struct machine *m, const struct entry *entry, unsigned op,
             const unsigned char **at)
{
    uint64_t reg;

    switch (op) {
    case 0x05: /* offset_extended */
        reg = lamb_dwarf_uleb(at);
        set_rule(m, reg, RULE_AT, lamb_dwarf_uleb(at) * entry->data_factor);
        return true;
    case 0x11: /* offset_extended_sf */
        reg = lamb_dwarf_uleb(at);
        set_rule(m, reg, RULE_AT, (uint64_t)lamb_dwarf_sleb(at) * entry->data_factor);
        return true;
    case 0x14: /* val_offset */
        reg = lamb_dwarf_uleb(at);
        set_rule(m, reg, RULE_IS, lamb_dwarf_uleb(at) * entry->data_factor);
        return true;
    case 0x06: /* restore_extended */
        restore_rule(m, lamb_dwarf_uleb(at));
        return true;
    case 0x07: /* undefined */
        set_rule(m, lamb_dwarf_uleb(at), RULE_UNDEFINED, 0);
        return true;
    case 0x08: /* same_value */
        set_rule(m, lamb_dwarf_uleb(at), RULE_SAME, 0);
        return true;
    case 0x10: /* expression */
        reg = lamb_dwarf_uleb(at);
        set_rule(m, reg, RULE_AT_EXPRESSION, 0);
        if (reg < LAMB_UNWIND_N)
            m->row.rules[reg].expr = *at;
        skip_block(at);
        return true;
    default:
        return false;
    }
}

/* Those without either; false: one that we do not know. */
static bool
run_other(struct machine *m, const struct entry *entry, unsigned op,
          const unsigned char **at)
{
    switch (op) {
    case 0x00: /* nop */
        return true;
    case 0x02: /* advance_loc1, 2, 4 */
    case 0x03:
    case 0x04:
        m->at_pc +=
            (uintptr_t)(lamb_dwarf_fixed(at, 1U << (op - 2)) * entry->code_factor);
        return true;
    case 0x0a: /* remember_state */
        if (m->depth == SAVED_MAX)
            return false;
        m->saved[m->depth++] = m->row;
        return true;
    case 0x0b: /* restore_state */
        if (m->depth == 0)
            return false;
        m->row = m->saved[--m->depth];
        return true;
    case 0x2d: /* AARCH64_negate_ra_state: see signed_bits */
        return true;
    case 0x2e: /* GNU_args_size */
        (void)lamb_dwarf_uleb(at);
        return true;
    default:
        return false;
    }
}

static bool
run_program(struct machine *m, const struct entry *entry, const unsigned char *at,
            const unsigned char *end, uintptr_t pc)
{
    while (at < end && m->at_pc <= pc && !lamb_dwarf_is_broken()) {
        unsigned op = lamb_dwarf_byte(&at);
        unsigned low = op & 0x3f;

        switch (op & 0xc0) {
        case 0x40: /* advance_loc */
            m->at_pc += (uintptr_t)(low * entry->code_factor);
            continue;
        case 0x80: /* offset */
            set_rule(m, low, RULE_AT, lamb_dwarf_uleb(&at) * entry->data_factor);
            continue;
        case 0xc0: /* restore */
            restore_rule(m, low);
            continue;
        default:
            break;
        }
        if (!run_cfa(m, entry, op, &at) && !run_register(m, entry, op, &at) &&
            !run_other(m, entry, op, &at))
            return false;
    }
    return !lamb_dwarf_is_broken();
}

/* ---- Values --------------------------------------------------------------------- */

/* Of the stack, as it is: sanitizers have no say in what was found crashed. */
__attribute__((no_sanitize("address", "undefined"))) static uintptr_t
word_at(uintptr_t address)
{
    uintptr_t word;

    memcpy(&word, lamb_dwarf_memory(address), sizeof(word));
    return word;
}

/* What two values on top become one by; false: no such operation. */
static bool
combine(unsigned op, uintptr_t left, uintptr_t right, uintptr_t *ret)
{
    switch (op) {
    case 0x1a: /* and */
        *ret = left & right;
        return true;
    case 0x22: /* plus */
        *ret = left + right;
        return true;
    case 0x24: /* shl */
        *ret = right < 64 ? left << right : 0;
        return true;
    case 0x2a: /* ge */
        *ret = (intptr_t)left >= (intptr_t)right;
        return true;
    default:
        return false;
    }
}

/* As much of expressions as linkage tables and the kernel's signal frames use. */
static bool
evaluate(const struct lamb_unwind *unwind, const unsigned char *at, uintptr_t first,
         uintptr_t *ret)
{
    uintptr_t stack[EXPRESSION_MAX] = { first };
    size_t top = 0;
    uint64_t len = lamb_dwarf_uleb(&at);
    const unsigned char *end = lamb_dwarf_behind(at, len);

    while (at < end && !lamb_dwarf_is_broken()) {
        unsigned op = lamb_dwarf_byte(&at);

        if (op >= 0x30 && op < 0x90 && top + 1 == EXPRESSION_MAX)
            return false;
        if (op >= 0x30 && op < 0x50) { /* lit */
            stack[++top] = op - 0x30;
        } else if (op >= 0x70 && op < 0x90) { /* breg */
            unsigned reg = op - 0x70;
            int64_t offset = lamb_dwarf_sleb(&at);

            if (reg >= LAMB_UNWIND_N)
                return false;
            /* of the linkage table: this machine's register of the address */
            stack[++top] =
                (reg == LAMB_UNWIND_RETURN && reg == 16 ? unwind->pc
                                                        : unwind->regs[reg]) +
                (uintptr_t)offset;
        } else if (op == 0x06) { /* deref */
            stack[top] = word_at(stack[top]);
        } else if (op == 0x23) { /* plus_uconst */
            stack[top] += (uintptr_t)lamb_dwarf_uleb(&at);
        } else {
            if (top == 0 || !combine(op, stack[top - 1], stack[top], &stack[top - 1]))
                return false;
            top--;
        }
    }
    *ret = stack[top];
    return !lamb_dwarf_is_broken();
}

/* The registers as the caller had them, CFA being the frame's address. */
static bool
restore_registers(struct lamb_unwind *unwind, const struct row *row, uintptr_t cfa)
{
    struct lamb_unwind caller = *unwind;

    caller.regs[LAMB_UNWIND_SP] = cfa;
    for (size_t i = 0; i < LAMB_UNWIND_N; i++) {
        const struct rule *rule = &row->rules[i];
        uintptr_t address = cfa + (uintptr_t)rule->offset;

        if (rule->kind == RULE_AT_EXPRESSION &&
            !evaluate(unwind, rule->expr, cfa, &address))
            return false;
        if (rule->kind == RULE_AT || rule->kind == RULE_AT_EXPRESSION)
            caller.regs[i] = word_at(address);
        else if (rule->kind == RULE_IS)
            caller.regs[i] = address;
    }
    *unwind = caller;
    return true;
}

#if defined(__x86_64__)
static const uintptr_t signed_bits = 0;
#else
/* Where return addresses are signed, the signature is above the address. */
static const uintptr_t signed_bits = UINT64_C(0xffff) << 48;
#endif

bool
lamb_unwind_step(struct lamb_unwind *unwind)
{
    static struct machine m; /* too large for a stack of signals */
    uintptr_t pc = unwind->is_call ? unwind->pc - 1 : unwind->pc;
    const struct lamb_image *image = lamb_image_of(pc);
    uintptr_t old_sp = unwind->regs[LAMB_UNWIND_SP];
    struct entry entry;
    uintptr_t cfa;

    if (!image)
        return false;
    lamb_dwarf_within(image->start, image->end);
    if (!find_entry(image, pc, &entry) || entry.return_reg >= LAMB_UNWIND_N)
        return false;
    memset(&m, 0, sizeof(m));
    if (!run_program(&m, &entry, entry.first, entry.first_end, UINTPTR_MAX))
        return false;
    m.initial = m.row;
    m.at_pc = entry.start;
    if (!run_program(&m, &entry, entry.own, entry.own_end, pc) ||
        m.row.rules[entry.return_reg].kind == RULE_UNDEFINED)
        return false;
    if (m.row.cfa_expr) {
        if (!evaluate(unwind, m.row.cfa_expr, 0, &cfa))
            return false;
    } else {
        if (m.row.cfa_reg >= LAMB_UNWIND_N)
            return false;
        cfa = unwind->regs[m.row.cfa_reg] + (uintptr_t)m.row.cfa_offset;
    }
    if (!restore_registers(unwind, &m.row, cfa))
        return false;
    unwind->pc = unwind->regs[entry.return_reg] & ~signed_bits;
    unwind->is_call = !entry.is_signal;
    /* It may go nowhere but up; a frame that is its own caller has no end. */
    return unwind->pc && (unwind->regs[LAMB_UNWIND_SP] > old_sp || entry.is_signal ||
                          LAMB_UNWIND_RETURN == 30);
}

void
lamb_unwind_start(struct lamb_unwind *unwind, const void *context)
{
    const ucontext_t *from = context;

    *unwind = (struct lamb_unwind){ 0 };
#if defined(__x86_64__)
    static const int order[] = { REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                 REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                 REG_R12, REG_R13, REG_R14, REG_R15 };

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        unwind->regs[i] = (uintptr_t)from->uc_mcontext.gregs[order[i]];
    unwind->pc = (uintptr_t)from->uc_mcontext.gregs[REG_RIP];
#else
    for (size_t i = 0; i < 31; i++)
        unwind->regs[i] = (uintptr_t)from->uc_mcontext.regs[i];
    unwind->regs[LAMB_UNWIND_SP] = (uintptr_t)from->uc_mcontext.sp;
    unwind->pc = (uintptr_t)from->uc_mcontext.pc;
#endif
    /* A call to nowhere: nothing is known there, but the call has left its trace. */
    if (!lamb_image_of(unwind->pc)) {
#if defined(__x86_64__)
        unwind->pc = word_at(unwind->regs[LAMB_UNWIND_SP]);
        unwind->regs[LAMB_UNWIND_SP] += sizeof(uintptr_t);
#else
        unwind->pc = unwind->regs[LAMB_UNWIND_RETURN];
#endif
        unwind->is_call = true;
    }
}
