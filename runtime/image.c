/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/image.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IMAGES_MAX = 128, LINE_MAX_LEN = 512 };

static struct {
    struct lamb_image all[IMAGES_MAX];
    size_t count;
} images;

/* ---- /proc/self/maps ------------------------------------------------------------ */

static const char *
read_hex(const char *at, uint64_t *ret)
{
    *ret = 0;
    for (;; at++) {
        if (*at >= '0' && *at <= '9')
            *ret = *ret * 16 + (uint64_t)(*at - '0');
        else if (*at >= 'a' && *at <= 'f')
            *ret = *ret * 16 + (uint64_t)(*at - 'a' + 10);
        else
            return at;
    }
}

/* "START-END PERMISSIONS OFFSET MAJOR:MINOR INODE    PATH": further, or a new one. */
static void
take_line(const char *line)
{
    struct lamb_image *last = images.count ? &images.all[images.count - 1] : NULL;
    uint64_t start, end, offset;
    bool is_readable, is_code;
    const char *at = read_hex(line, &start);
    size_t len;

    at = read_hex(*at == '-' ? at + 1 : at, &end);
    is_readable = at[0] && at[1] == 'r';
    is_code = is_readable && at[2] && at[3] == 'x';
    at = strchr(*at ? at + 1 : at, ' '); /* behind the permissions */
    if (!at)
        return;
    at = read_hex(at + 1, &offset);
    at = strchr(at, '/'); /* no path, or no file: of no use here */
    if (!at)
        return;
    len = strlen(at);
    if (len >= LAMB_IMAGE_PATH_MAX)
        return;
    if (last && strcmp(last->path, at) == 0 && offset) {
        last->end = (uintptr_t)end;
        last->is_code = last->is_code || is_code;
        return;
    }
    if (last && !last->is_code)
        images.count--; /* a file of data: its bytes are nobody's to read */
    if (offset || !is_readable || images.count == IMAGES_MAX)
        return;
    last = &images.all[images.count++];
    *last = (struct lamb_image){
        .start = (uintptr_t)start,
        .end = (uintptr_t)end,
        .is_code = is_code,
    };
    memcpy(last->path, at, len + 1);
}

static void
read_maps(int fd)
{
    char line[LINE_MAX_LEN];
    char some[1024];
    size_t len = 0;
    ssize_t n;

    while ((n = read(fd, some, sizeof(some))) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (some[i] != '\n') {
                if (len < sizeof(line) - 1)
                    line[len++] = some[i];
                continue;
            }
            line[len] = '\0';
            take_line(line);
            len = 0;
        }
}

/* ---- What the image's own headers say ---------------------------------------------
 */

static void
take_build_id(struct lamb_image *image, const char *note, size_t len)
{
    while (len >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr head;
        size_t name;
        size_t size;

        memcpy(&head, note, sizeof(head));
        name = (head.n_namesz + 3U) & ~3U;
        size = sizeof(head) + name + ((head.n_descsz + 3U) & ~3U);
        if (size > len)
            return;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
            memcmp(note + sizeof(head), "GNU", 4) == 0 &&
            head.n_descsz <= LAMB_BUILD_ID_MAX) {
            memcpy(image->build_id, note + sizeof(head) + name, head.n_descsz);
            image->build_id_len = head.n_descsz;
        }
        note += size;
        len -= size;
    }
}

static const void *
memory_at(uintptr_t address)
{
    const void *memory;

    memcpy(&memory, &address, sizeof(memory));
    return memory;
}

/* SIZE bytes of IMAGE's mappings from ADDRESS, or NULL when they are not in them. */
static const void *
part_of_memory(const struct lamb_image *image, uintptr_t address, uint64_t size)
{
    return address >= image->start && address <= image->end &&
                   size <= image->end - address
               ? memory_at(address)
               : NULL;
}

static void
read_headers(struct lamb_image *image)
{
    const Elf64_Ehdr *head = part_of_memory(image, image->start, sizeof(*head));
    const Elf64_Phdr *part = NULL;

    if (!head || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0)
        return;
    if (head->e_phoff % _Alignof(Elf64_Phdr) == 0)
        part = part_of_memory(image, image->start + (uintptr_t)head->e_phoff,
                              head->e_phnum * sizeof(*part));
    for (unsigned i = 0; part && i < head->e_phnum; i++)
        if (part[i].p_type == PT_LOAD && part[i].p_offset == 0)
            image->bias = image->start - (uintptr_t)part[i].p_vaddr;
    for (unsigned i = 0; part && i < head->e_phnum; i++) {
        uintptr_t at = image->bias + (uintptr_t)part[i].p_vaddr;
        const void *memory = part_of_memory(image, at, part[i].p_memsz);

        if (memory && part[i].p_type == PT_GNU_EH_FRAME)
            image->unwind = at;
        else if (memory && part[i].p_type == PT_NOTE)
            take_build_id(image, memory, (size_t)part[i].p_memsz);
    }
}

void
lamb_images_read(void)
{
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

    images.count = 0;
    if (fd < 0)
        return;
    read_maps(fd);
    (void)close(fd);
    for (size_t i = 0; i < images.count; i++)
        if (images.all[i].is_code) /* the last may still be data */
            read_headers(&images.all[i]);
}

const struct lamb_image *
lamb_image_of(uintptr_t address)
{
    for (size_t i = 0; i < images.count; i++)
        if (address >= images.all[i].start && address < images.all[i].end)
            return &images.all[i];
    return NULL;
}

/* ---- Symbols -------------------------------------------------------------------- */

/* SIZE bytes from OFFSET, or NULL when the file has not so many. */
static const void *
part_of_file(const struct lamb_span *file, uint64_t offset, uint64_t size)
{
    return offset <= file->len && size <= file->len - offset ? file->ptr + offset
                                                             : NULL;
}

/* The section table's entry of TYPE, or NULL. */
static const Elf64_Shdr *
find_section(const struct lamb_span *file, unsigned type, const Elf64_Shdr **ret_all,
             unsigned *ret_count)
{
    const Elf64_Ehdr *head = part_of_file(file, 0, sizeof(*head));

    if (!head || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_shoff % 8 ||
        head->e_shentsize != sizeof(Elf64_Shdr))
        return NULL;
    *ret_count = head->e_shnum;
    *ret_all =
        part_of_file(file, head->e_shoff, (uint64_t)*ret_count * sizeof(Elf64_Shdr));
    for (unsigned i = 0; *ret_all && i < *ret_count; i++)
        if ((*ret_all)[i].sh_type == type)
            return &(*ret_all)[i];
    return NULL;
}

/* The last function at or before ADDRESS, which it may not be behind. */
static bool
find_symbol(const struct lamb_span *file, unsigned table, uint64_t address, char *ret,
            size_t size, uintptr_t *ret_offset)
{
    const Elf64_Shdr *all = NULL;
    unsigned count = 0;
    const Elf64_Shdr *section = find_section(file, table, &all, &count);
    const Elf64_Sym *symbols = NULL;
    const Elf64_Sym *best = NULL;
    const char *names = NULL;
    uint64_t room;
    size_t len;

    if (section && section->sh_link < count && section->sh_offset % 8 == 0) {
        symbols = part_of_file(file, section->sh_offset, section->sh_size);
        names = part_of_file(file, all[section->sh_link].sh_offset,
                             all[section->sh_link].sh_size);
    }
    if (!symbols || !names)
        return false;
    for (size_t i = 0; i < section->sh_size / sizeof(*symbols); i++) {
        const Elf64_Sym *symbol = &symbols[i];

        if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
            symbol->st_shndx != SHN_UNDEF && address >= symbol->st_value &&
            address - symbol->st_value < (symbol->st_size ? symbol->st_size : 1) &&
            symbol->st_name < all[section->sh_link].sh_size)
            best = symbol;
    }
    if (!best)
        return false;
    *ret_offset = (uintptr_t)(address - best->st_value);
    names += best->st_name;
    room = all[section->sh_link].sh_size - best->st_name;
    len = strnlen(names, room < size ? (size_t)room : size - 1);
    memcpy(ret, names, len);
    ret[len] = '\0';
    return true;
}

/* Another file may be there by now. */
static bool
is_file_of(const struct lamb_image *image, const struct lamb_span *file)
{
    const Elf64_Ehdr *head = part_of_file(file, 0, sizeof(*head));
    struct lamb_image found = { 0 };

    for (unsigned i = 0; head && i < head->e_phnum; i++) {
        Elf64_Phdr part;
        const void *bytes =
            part_of_file(file, head->e_phoff + i * sizeof(part), sizeof(part));

        if (!bytes)
            return false;
        memcpy(&part, bytes, sizeof(part));
        bytes = part_of_file(file, part.p_offset, part.p_filesz);
        if (part.p_type == PT_NOTE && bytes)
            take_build_id(&found, bytes, (size_t)part.p_filesz);
    }
    return found.build_id_len == image->build_id_len &&
           memcmp(found.build_id, image->build_id, image->build_id_len) == 0;
}

bool
lamb_image_file_symbol(const struct lamb_image *image, struct lamb_span file,
                       uintptr_t address, char *ret, size_t size, uintptr_t *ret_offset)
{
    return is_file_of(image, &file) &&
           (find_symbol(&file, SHT_SYMTAB, address - image->bias, ret, size,
                        ret_offset) ||
            find_symbol(&file, SHT_DYNSYM, address - image->bias, ret, size,
                        ret_offset));
}

bool
lamb_image_symbol(const struct lamb_image *image, uintptr_t address, char *ret,
                  size_t size, uintptr_t *ret_offset)
{
    int fd = open(image->path, O_RDONLY | O_CLOEXEC);
    bool found;
    struct stat st;
    void *map = MAP_FAILED;

    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && st.st_size > 0)
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (map == MAP_FAILED)
        return false;
    found = lamb_image_file_symbol(image, lamb_span_of(map, (size_t)st.st_size),
                                   address, ret, size, ret_offset);
    (void)munmap(map, (size_t)st.st_size);
    return found;
}
