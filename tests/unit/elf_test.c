/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/elf.h"

#include "base/mem.h"
#include "base/random.h"
#include "suite/image.h"
#include "support/playground.h"
#include "sys/file.h"

#include "support/compiled.h"

static struct buf file = BUF_INIT;

static int open_suite(void **state)
{
	struct error err = ERROR_INIT;

	if (open_playground(state))
		return -1;
	build_suite(own_compiler(), "-shared -fPIC", "suite.so");
	return file_read(inside("suite.so"), 1 << 24, &file, &err);
}

static int close_suite(void **state)
{
	buf_release(&file);
	return close_playground(state);
}

static const struct elf_symbol *named(const struct elf *elf, const char *name)
{
	for (size_t i = 0; i < elf->symbols.nr; i++)
		if (strcmp(elf->symbols.items[i].name, name) == 0)
			return &elf->symbols.items[i];
	fail_msg("there is no %s", name);
	return NULL;
}

TEST(functions_and_data_are_found_by_their_addresses)
{
	struct error err = ERROR_INIT;
	const struct elf_symbol *body, *bench;
	struct elf elf;

	assert_int_equal(elf_read(&elf, file.data, file.len, &err), 0);
	assert_false(elf.fixed);
	body = named(&elf, "bg_body_plain");
	bench = named(&elf, "bg_bench_plain");
	assert_int_equal(body->kind, ELF_FUNCTION);
	assert_int_equal(bench->kind, ELF_DATA);
	assert_ptr_equal(elf_symbol_at(&elf, body->at), body);
	assert_ptr_equal(elf_symbol_at(&elf, body->at + body->size - 1), body);
	assert_true(elf_symbol_at(&elf, body->at + body->size) != body);
	assert_true(elf_section_at(&elf, body->at)->code);
	assert_true(elf_section_at(&elf, bench->at)->writable);
	assert_non_null(elf_bytes_at(&elf, body->at, body->size));
	assert_null(elf_bytes_at(&elf, body->at, UINT64_MAX));
	assert_null(elf_symbol_at(&elf, 1));
	assert_null(elf_symbol_at(&elf, UINT64_MAX));
	assert_null(elf_section_at(&elf, UINT64_MAX));
	/* Zeros have no bytes. */
	assert_null(elf_bytes_at(&elf, named(&elf, "zeros")->at, 8));
	for (size_t i = 1; i < elf.symbols.nr; i++)
		assert_true(elf.symbols.items[i - 1].at < elf.symbols.items[i].at);
	elf_release(&elf);
}

TEST(what_the_dynamic_linker_fills_in_is_known)
{
	struct error err = ERROR_INIT;
	const struct elf_symbol *bench, *body;
	const struct elf_relocation *pointer;
	struct elf elf;
	bool has_strcmp = false;

	assert_int_equal(elf_read(&elf, file.data, file.len, &err), 0);
	if (elf.machine != ELF_X86_64) {
		elf_release(&elf);
		skip();
	}
	body = named(&elf, "bg_body_plain");
	bench = named(&elf, "bg_bench_plain");
	pointer = elf_relocation_at(&elf, bench->at + 24);
	assert_non_null(pointer);
	assert_int_equal(pointer->type, ELF_R_RELATIVE);
	assert_true(pointer->value == body->at);
	assert_null(elf_relocation_at(&elf, bench->at + 25));
	for (size_t i = 0; i < elf.relocations.nr; i++)
		if (strcmp(elf.relocations.items[i].name, "strcmp") == 0)
			has_strcmp = !elf.relocations.items[i].defined;
	assert_true(has_strcmp);
	elf_release(&elf);
}

TEST(what_is_no_such_file_is_refused)
{
	static const struct {
		size_t at;
		char byte;
		const char *reason;
	} spoilt[] = {
		{ 0, 'x', "not an ELF file" },
		{ 4, 1, "not of 64 bits, little-endian" },
		{ 5, 2, "not of 64 bits, little-endian" },
		{ 58, 63, "its section headers are not at the given place" },
		{ 46, 1, "its section headers are not at the given place" },
		{ 61, 0x7f, "some of its section headers are missing" },
	};

	for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
		char *copy = mem_copy(file.data, file.len);
		struct error err = ERROR_INIT;
		struct elf elf;

		copy[spoilt[i].at] = spoilt[i].byte;
		assert_int_equal(elf_read(&elf, copy, file.len, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		if (!strstr(err.text, spoilt[i].reason))
			fail_msg("'%s' is not in '%s'", spoilt[i].reason, err.text);
		elf_release(&elf);
		free(copy);
	}
}

/* Asks for all that can be asked; that nothing is read that is not there is for the sanitizer to
 * say. */
static void read_all(const char *bytes, size_t len)
{
	struct error err = ERROR_INIT;
	struct image image;
	unsigned sum = 0;

	if (!image_read(&image, bytes, len, &err))
		for (size_t i = 0; i < image.elf.symbols.nr; i++) {
			const struct elf_symbol *symbol = &image.elf.symbols.items[i];
			const unsigned char *content =
				elf_bytes_at(&image.elf, symbol->at, symbol->size);

			for (uint64_t at = 0; content && at < symbol->size; at++)
				sum += content[at];
			sum += (unsigned)strlen(symbol->name);
			sum += image_place(&image, symbol->at + 1).kind;
			sum += (unsigned)image_extent(&image, symbol->at);
		}
	for (size_t i = 0; i < image.elf.relocations.nr; i++)
		sum += (unsigned)strlen(image.elf.relocations.items[i].name);
	assert_true(sum != 1);
	image_release(&image);
}

TEST(a_file_that_is_cut_off_is_survived)
{
	for (size_t len = 0; len < file.len; len += len < 256 ? 1 : 61) {
		/* No byte more, so that one behind it is noticed. */
		char *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, file.data, len);
		read_all(copy, len);
		free(copy);
	}
}

TEST(a_file_with_wrong_bits_is_survived)
{
	struct random random = random_seed(4);
	char *copy = malloc(file.len);

	assert_non_null(copy);
	for (int round = 0; round < 4000; round++) {
		memcpy(copy, file.data, file.len);
		for (size_t flips = 1 + random_below(&random, 6); flips; flips--) {
			size_t at = random_below(&random, file.len);

			/* The section headers are last. */
			if (round % 2)
				at = file.len - 1 - at % 2048;
			copy[at] = (char)(copy[at] ^ 1 << random_below(&random, 8));
		}
		read_all(copy, file.len);
	}
	free(copy);
}

TEST_GROUP(open_suite, close_suite);
