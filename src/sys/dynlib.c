/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/dynlib.h"

#include <dlfcn.h>
#ifdef __linux__
#include <elf.h>
#include <link.h>
#endif
#include <stdio.h>
#include <string.h>

#ifdef __linux__
/* The first object is the program. */
static int find_interpreter(struct dl_phdr_info *object, size_t size, void *found)
{
	(void)size;
	for (unsigned i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			*(bool *)found = true;
	return 1;
}

bool dynlib_static_program(void)
{
	bool found = false;

	dl_iterate_phdr(find_interpreter, &found);
	return !found;
}
#else
bool dynlib_static_program(void)
{
	return false;
}
#endif

void *dynlib_open(const char *path, struct error *err)
{
	void *library;

	if (dynlib_static_program()) {
		error_set(err, ERR_USAGE,
			"this benchgate is the static one, which cannot open shared objects: use the other one, or make the suite a program ('benchgate help suites')");
		return NULL;
	}
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		error_set(err, ERR_USAGE, "%s", dlerror());
	return library;
}

bool dynlib_sanitized(void)
{
	return !dynlib_static_program() && dlsym(RTLD_DEFAULT, "__sanitizer_print_stack_trace");
}

void *dynlib_open_apart(const char *const *paths)
{
	int mode = RTLD_NOW | RTLD_LOCAL;
	void *library = NULL;

	if (dynlib_static_program())
		return NULL;
#ifdef RTLD_DEEPBIND
	/* A sanitizer refuses it. */
	if (!dynlib_sanitized())
		mode |= RTLD_DEEPBIND;
#endif
	for (; *paths && !library; paths++)
		library = dlopen(*paths, mode);
	return library;
}

dynlib_function *dynlib_find(void *library, const char *name)
{
	void *address = dlsym(library ? library : RTLD_DEFAULT, name);
	dynlib_function *function;

	/* POSIX promises that the bits are the same; ISO C has no cast for it. */
	memcpy(&function, &address, sizeof function);
	return function;
}

static void fill_linked(const struct dynlib_slot *slots, void *table)
{
	for (; slots->name; slots++)
		memcpy((char *)table + slots->at, &slots->linked, sizeof slots->linked);
}

const char *dynlib_fill(void *library, const struct dynlib_slot *slots, void *table)
{
	const char *missing = NULL;

	for (; slots->name; slots++) {
		dynlib_function *function = dynlib_find(library, slots->name);

		memcpy((char *)table + slots->at, &function, sizeof function);
		if (!function)
			missing = slots->name;
	}
	return missing;
}

int dynlib_load(const struct dynlib_need *need, void *table, struct error *err)
{
	void *library;
	const char *lacks;

	if (need->slots->linked) {
		fill_linked(need->slots, table);
		return 0;
	}
	library = dynlib_open_apart(need->names);
	if (!library)
		return error_set(err, ERR_IO, "%s", need->missing);
	lacks = dynlib_fill(library, need->slots, table);
	if (lacks)
		return error_set(
			err, ERR_IO, "%s has no %s: %s", need->library, lacks, need->wanted);
	return 0;
}

#ifdef __linux__
struct each {
	void (*call)(void *context, const char *path, const char *build_id);
	void *context;
};

#define BUILD_ID_BYTES 20

/* Notes are name, type and content, each padded to four bytes. */
static void find_build_id(const char *at, size_t len, char hex[2 * BUILD_ID_BYTES + 1])
{
	ElfW(Nhdr) note;

	while (len >= sizeof note) {
		size_t name, content;

		memcpy(&note, at, sizeof note);
		name = (note.n_namesz + 3u) & ~(size_t)3;
		content = (note.n_descsz + 3u) & ~(size_t)3;
		if (len - sizeof note < name || len - sizeof note - name < content)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			note.n_descsz <= BUILD_ID_BYTES) {
			for (size_t i = 0; i < note.n_descsz; i++)
				snprintf(hex + 2 * i, 3, "%02x",
					(unsigned char)at[sizeof note + name + i]);
			return;
		}
		at += sizeof note + name + content;
		len -= sizeof note + name + content;
	}
}

static int each_object(struct dl_phdr_info *object, size_t size, void *context)
{
	const struct each *each = context;
	char hex[2 * BUILD_ID_BYTES + 1] = "";

	(void)size;
	for (unsigned i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

		if (segment->p_type == PT_NOTE && !*hex)
			/* Where the linker put it is an address, and only ever comes as a number.
			 */
			find_build_id(
				(const char *)(object->dlpi_addr + segment->p_vaddr), /* NOLINT */
				segment->p_memsz, hex);
	}
	each->call(each->context, object->dlpi_name, hex);
	return 0;
}

void dynlib_each(void (*call)(void *context, const char *path, const char *build_id), void *context)
{
	struct each each = { call, context };

	dl_iterate_phdr(each_object, &each);
}

struct place {
	uintptr_t address;
	uint64_t offset;
};

/* An executable that is not position-independent is loaded where it was linked to: its dlpi_addr is
 * 0, though its file begins elsewhere. That is why dladdr, which tells where a file begins, will
 * not do. */
static int dynlib_find_place(struct dl_phdr_info *object, size_t size, void *context)
{
	struct place *place = context;
	uint64_t offset = place->address - object->dlpi_addr;

	(void)size;
	for (unsigned i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD && offset - segment->p_vaddr < segment->p_memsz) {
			place->offset = offset;
			return 1;
		}
	}
	return 0;
}

bool dynlib_place(dynlib_function *function, uint64_t *offset)
{
	struct place place = { (uintptr_t)function, 0 };

	if (!dl_iterate_phdr(dynlib_find_place, &place))
		return false;
	*offset = place.offset;
	return true;
}
#else
bool dynlib_place(dynlib_function *function, uint64_t *offset)
{
	(void)function;
	(void)offset;
	return false;
}

void dynlib_each(void (*call)(void *context, const char *path, const char *build_id), void *context)
{
	(void)call;
	(void)context;
}
#endif
