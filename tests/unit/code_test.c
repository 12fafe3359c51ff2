/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/code.h"
#include "suite/match.h"

#include "base/random.h"
#include "base/str.h"
#include "suite/elf.h"
#include "support/playground.h"
#include "sys/file.h"

#include "support/compiled.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define SHARED "-shared -fPIC "
#define PIE "-DPROGRAM -fPIE -pie "
#define FIXED "-DPROGRAM -fno-pie -no-pie "

static const char *const benches[] = { "plain", "calls", "text", "table", "jumps", "decimal",
	"arrays", "prepared", "arguments", "branchy" };

/* Where a benchmark's body is in a file of the playground; 0: there is no such name. */
static uint64_t body_of(const char *file, const char *bench)
{
	struct buf bytes = BUF_INIT;
	struct error err = ERROR_INIT;
	struct elf elf;
	char name[64];
	uint64_t at = 0;

	snprintf(name, sizeof name, "bg_body_%s", bench);
	assert_int_equal(file_read(inside(file), 1 << 24, &bytes, &err), 0);
	assert_int_equal(elf_read(&elf, bytes.data, bytes.len, &err), 0);
	for (size_t i = 0; i < elf.symbols.nr; i++)
		if (strcmp(elf.symbols.items[i].name, name) == 0)
			at = elf.symbols.items[i].at;
	elf_release(&elf);
	buf_release(&bytes);
	return at;
}

static struct code_answer compared(const char *base, const char *head, const char *bench)
{
	struct error err = ERROR_INIT;
	struct code *left = code_open(inside(base), &err), *right = code_open(inside(head), &err);
	struct code_answer answer;

	assert_non_null(left);
	assert_non_null(right);
	answer = code_compare(left, body_of(base, bench), right, body_of(head, bench));
	code_free(left);
	code_free(right);
	return answer;
}

/* `others` are the benchmarks that are not the same, as in "calls:moved jumps:moved"; where a
 * compiler chooses between two, "calls:moved|changed". */
static void expect(const char *file, const char *flags, const char *others)
{
	for (size_t i = 0; i < NR(benches); i++) {
		const char *word = code_words[compared("base", file, benches[i]).likeness];
		char wanted[64] = "same";
		const char *said = strstr(others, benches[i]);

		if (said)
			sscanf(said + strlen(benches[i]), ":%63s", wanted);
		if (!strstr(wanted, word))
			fail_msg("%s: %s is %s, not %s", flags, benches[i], word, wanted);
	}
}

#define ALL SIZE_MAX
#define FEW 6

static void compare_variants(const char *compiler, const char *form, size_t nr)
{
	static const struct {
		const char *flags, *others;
	} variants[] = {
		{ "", "" },
		{ "-DEXTRA", "" },
		{ "-DCALLEE=6", "calls:moved jumps:moved branchy:moved" },
		{ "-DTEXT='\"hells\"' -DEXTRA", "text:changed" },
		{ "-DTARGET=8 -DEXTRA", "table:moved" },
		{ "-DFACTOR=2.5", "decimal:changed" },
		{ "-g", "" },
		{ "-falign-functions=64 -DEXTRA", "" },
		{ "-DCONSTANT=4", "plain:changed" },
		{ "-DTEXT='\"jello\"'", "text:changed" },
		{ "-DCASE='x - 10'", "jumps:moved" },
		{ "-DFIRST=12 -DEXTRA", "arrays:moved" },
		{ "-DPREPARED=14", "prepared:moved" },
		{ "-DARG=18", "arguments:moved" },
		{ "-DZEROS=200", "arrays:moved|changed" },
	};
	char flags[256];

	snprintf(flags, sizeof flags, "%s", form);
	build_suite(compiler, flags, "base");
	for (size_t i = 0; i < NR(variants) && i < nr; i++) {
		snprintf(flags, sizeof flags, "%s %s", form, variants[i].flags);
		build_suite(compiler, flags, "head");
		expect("head", flags, variants[i].others);
	}
}

/* Other machines have no more than exact bytes. */
static bool is_x86(void)
{
#if defined __x86_64__ && defined __ELF__
	return true;
#else
	return false;
#endif
}

TEST_WITH(only_what_a_change_reaches_is_not_the_same, open_playground, close_playground)
{
	if (!is_x86())
		skip();
	compare_variants(own_compiler(), SHARED, ALL);
	compare_variants(own_compiler(), PIE, FEW);
	if (runs("gcc --version >/dev/null 2>&1"))
		compare_variants("gcc", SHARED "-O3", FEW);
	if (runs("clang --version >/dev/null 2>&1"))
		compare_variants("clang", SHARED, ALL);
}

/* Functions laid elsewhere have no padding of their own within. */
#define CROSS_GCC "aarch64-linux-gnu-gcc -fno-align-loops -fno-align-jumps"
#define CROSS_CLANG \
	"clang --target=aarch64-linux-gnu -fuse-ld=lld -nostdlib -isystem /usr/aarch64-linux-gnu/include"

static bool has_cross_gcc(void)
{
	return runs(CROSS_GCC " --version >/dev/null 2>&1");
}

/* Built for ARM64 here; nothing of it is run. */
TEST_WITH(what_a_change_reaches_is_known_of_arm64_too, open_playground, close_playground)
{
	if (has_cross_gcc()) {
		compare_variants(CROSS_GCC, SHARED, ALL);
		compare_variants(CROSS_GCC, SHARED "-O3 -mbranch-protection=standard", FEW);
		compare_variants(CROSS_GCC, PIE, FEW);
	}
	if (runs("ld.lld --version >/dev/null 2>&1"))
		compare_variants(CROSS_CLANG, SHARED, ALL);
}

TEST_WITH(packed_relocations_are_understood, open_playground, close_playground)
{
	if (!is_x86() ||
		!runs("echo 'int main(void){}' | ${CC:-cc} -Wl,-z,pack-relative-relocs -x c -o /dev/null - 2>/dev/null"))
		skip();
	compare_variants(own_compiler(), SHARED "-Wl,-z,pack-relative-relocs", FEW);
}

/* Whether a number is an address is not written anywhere, so that less is known. */
TEST_WITH(an_executable_with_final_addresses_is_compared_too, open_playground, close_playground)
{
	static const char *const changes[] = { "-DTEXT='\"jello\"'", "-DTARGET=8", "-DFACTOR=2.5",
		"-DCALLEE=6", "-DPREPARED=14", "-DCASE='x - 10'" };
	static const char *const changed[] = { "text", "table", "decimal", "calls", "prepared",
		"jumps" };
	char flags[256];

	if (!is_x86())
		skip();
	build_suite(own_compiler(), FIXED, "base");
	build_suite(own_compiler(), FIXED "-DEXTRA", "head");
	expect("head", FIXED "-DEXTRA", "arrays:same|unknown");
	for (size_t i = 0; i < NR(changes); i++) {
		snprintf(flags, sizeof flags, FIXED "-DEXTRA %s", changes[i]);
		build_suite(own_compiler(), flags, "head");
		if (compared("base", "head", changed[i]).likeness == CODE_SAME)
			fail_msg("%s: %s is the same", flags, changed[i]);
		assert_int_equal(compared("base", "head", "plain").likeness, CODE_SAME);
	}
}

static void compare_thread_data(const char *compiler)
{
	static const char *const forms[] = { PIE, FIXED };
	char flags[256];

	for (size_t i = 0; i < NR(forms); i++) {
		snprintf(flags, sizeof flags, "%s -DPER_THREAD=5", forms[i]);
		build_suite(compiler, flags, "base");
		snprintf(flags, sizeof flags, "%s -DPER_THREAD=6", forms[i]);
		build_suite(compiler, flags, "head");
		assert_int_equal(compared("base", "head", "threads").likeness, CODE_MOVED);
		assert_int_equal(compared("base", "head", "plain").likeness, CODE_SAME);
	}
	build_suite(compiler, PIE "-DPER_THREAD=6 -DEXTRA", "base");
	build_suite(compiler, PIE "-DPER_THREAD=6", "head");
	assert_int_equal(compared("base", "head", "threads").likeness, CODE_SAME);
}

TEST_WITH(what_a_variable_of_a_thread_begins_with_is_part_of_the_code, open_playground,
	close_playground)
{
	if (is_x86())
		compare_thread_data(own_compiler());
	if (has_cross_gcc())
		compare_thread_data(CROSS_GCC);
}

static void look_for_openers(const char *compiler)
{
	build_suite(compiler, SHARED "-DKERNEL", "base");
	build_suite(compiler, SHARED "-DKERNEL -DEXTRA", "head");
	assert_false(compared("base", "head", "plain").may_open);
	/* It calls malloc. */
	assert_false(compared("base", "head", "prepared").may_open);
	assert_true(compared("base", "head", "opens").may_open);
	assert_true(compared("base", "head", "asks_kernel").may_open);
	build_suite(compiler, SHARED "-DCALLEE=6", "head");
	assert_true(compared("base", "head", "calls").may_open);
}

TEST_WITH(what_may_open_files_of_its_own_is_known, open_playground, close_playground)
{
	if (is_x86())
		look_for_openers(own_compiler());
	if (has_cross_gcc())
		look_for_openers(CROSS_GCC);
}

/* The table is searched as a sorted one. */
TEST_WITH(names_that_open_nothing_are_found, open_playground, close_playground)
{
	static const char *const none[] = { "_ITM_deregisterTMCloneTable", "__stack_chk_fail",
		"abort", "cos", "free", "malloc", "memcpy", "qsort", "strlen", "truncf" };
	static const char *const some[] = { "", "_", "dlopen", "fopen", "mallo", "mallocs",
		"setlocale", "zz" };

	for (size_t i = 0; i < NR(none); i++)
		assert_true(match_opens_nothing(none[i]));
	for (size_t i = 0; i < NR(some); i++)
		assert_false(match_opens_nothing(some[i]));
}

TEST_WITH(an_answer_says_where_the_code_is_and_whether_it_is_branchy, open_playground,
	close_playground)
{
	struct code_answer answer;

	if (!is_x86())
		skip();
	build_suite(own_compiler(), SHARED, "base");
	build_suite(own_compiler(), SHARED "-DEXTRA", "head");
	answer = compared("base", "head", "branchy");
	assert_int_equal(answer.likeness, CODE_SAME);
	assert_true(answer.branchy);
	assert_true(answer.base_at && answer.base_at == body_of("base", "branchy"));
	assert_true(answer.head_at && answer.head_at == body_of("head", "branchy"));
	assert_true(answer.base_at != answer.head_at);
	assert_false(compared("base", "head", "decimal").branchy);
	assert_false(compared("base", "head", "arrays").branchy);
}

TEST_WITH(without_its_names_nothing_is_known, open_playground, close_playground)
{
	uint64_t body;
	struct error err = ERROR_INIT;
	struct code *base, *head, *again;

	build_suite(own_compiler(), SHARED, "base");
	body = body_of("base", "plain");
	build_suite(own_compiler(), SHARED "-s", "bare");
	build_suite(own_compiler(), SHARED "-s -DCONSTANT=4", "other");
	base = code_open(inside("base"), &err);
	head = code_open(inside("bare"), &err);
	again = code_open(inside("other"), &err);
	assert_int_equal(code_compare(base, body, head, body).likeness, CODE_UNKNOWN);
	assert_int_equal(code_compare(head, body, again, body).likeness, CODE_UNKNOWN);
	/* The same file is the same code, known or not. */
	assert_int_equal(code_compare(head, body, head, body).likeness, CODE_SAME);
	assert_int_equal(code_compare(head, 0, head, 0).likeness, CODE_UNKNOWN);
	assert_int_equal(code_compare(base, 0, base, body).likeness, CODE_UNKNOWN);
	assert_int_equal(code_compare(NULL, body, base, body).likeness, CODE_UNKNOWN);
	assert_int_equal(code_compare(base, body, NULL, 0).likeness, CODE_UNKNOWN);
	code_free(base);
	code_free(head);
	code_free(again);
	code_free(NULL);
}

/* The same file, for another machine. */
static void build_foreign(const char *flags, const char *name, char machine)
{
	struct buf file = BUF_INIT;
	struct error err = ERROR_INIT;

	build_suite(own_compiler(), flags, name);
	assert_int_equal(file_read(inside(name), 1 << 24, &file, &err), 0);
	file.data[18] = machine;
	write_file(name, file.data, file.len);
	buf_release(&file);
}

/* What is an address is not known there, so that bytes that differ may mean nothing. */
TEST_WITH(of_other_machines_only_exact_bytes_count, open_playground, close_playground)
{
	if (!is_x86())
		skip();
	build_foreign(SHARED, "base", 1);
	build_foreign(SHARED, "head", 1);
	assert_int_equal(compared("base", "head", "calls").likeness, CODE_SAME);
	build_foreign(SHARED "-DEXTRA", "head", 1);
	assert_int_equal(compared("base", "head", "plain").likeness, CODE_MOVED);
	assert_int_equal(compared("base", "head", "text").likeness, CODE_UNKNOWN);
	build_foreign(SHARED "-DZEROS=1", "head", 1);
	assert_int_equal(compared("base", "head", "arrays").likeness, CODE_CHANGED);
	build_foreign(SHARED, "head", 2);
	assert_int_equal(compared("base", "head", "plain").likeness, CODE_UNKNOWN);
}

TEST_WITH(what_is_no_elf_file_is_unknown_and_what_is_none_is_an_error, open_playground,
	close_playground)
{
	struct error err = ERROR_INIT;
	struct code *text;

	write_file("text", "#!/bin/sh\n", 10);
	text = code_open(inside("text"), &err);
	assert_non_null(text);
	assert_int_equal(code_compare(text, 1, text, 1).likeness, CODE_UNKNOWN);
	code_free(text);
	assert_int_equal(err.kind, ERR_NONE);
	assert_null(code_open(inside("nothing"), &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "nothing"));
}

/* Mostly in the tables: the headers at both ends, names, symbols and relocations. */
static size_t spot(struct random *random, const struct buf *file)
{
	size_t tables = 8192 < file->len ? 8192 : file->len;

	switch (random_below(random, 4)) {
	case 0:
		return random_below(random, 64);
	case 1:
		return file->len - 1 - random_below(random, tables);
	case 2:
		return random_below(random, tables);
	}
	return random_below(random, file->len);
}

static void spoil(const char *compiler, int nr_rounds)
{
	struct random random = random_seed(8);
	struct buf good = BUF_INIT, bad = BUF_INIT;
	struct error err = ERROR_INIT;
	uint64_t bodies[NR(benches)];
	struct code *base;

	build_suite(compiler, SHARED, "base");
	base = code_open(inside("base"), &err);
	assert_int_equal(file_read(inside("base"), 1 << 24, &good, &err), 0);
	for (size_t i = 0; i < NR(benches); i++)
		bodies[i] = body_of("base", benches[i]);
	for (int round = 0; round < nr_rounds; round++) {
		struct code *head;

		buf_clear(&bad);
		buf_add(&bad, good.data, good.len);
		for (size_t flips = 1 + random_below(&random, 4); flips; flips--)
			bad.data[spot(&random, &good)] ^= (char)(1 << random_below(&random, 8));
		write_file("bad", bad.data, round % 4 ? bad.len : random_below(&random, bad.len));
		head = code_open(inside("bad"), &err);
		assert_non_null(head);
		for (size_t i = 0; i < NR(benches); i++) {
			code_compare(base, bodies[i], head, bodies[i]);
			code_compare(head, bodies[i], base, bodies[i]);
		}
		code_free(head);
	}
	code_free(base);
	buf_release(&good);
	buf_release(&bad);
}

TEST_WITH(spoilt_files_are_survived, open_playground, close_playground)
{
	spoil(own_compiler(), 2000);
	if (has_cross_gcc())
		spoil(CROSS_GCC, 500);
}

/* Changes each byte of a benchmark's function in turn; the comparison must notice. */
static void change_each_byte(struct buf *file, const struct elf *elf, const char *bench)
{
	uint64_t at = body_of("base", bench), size = elf_symbol_at(elf, at)->size;
	const char *code = (const char *)elf_bytes_at(elf, at, size);

	assert_non_null(code);
	for (uint64_t i = 0; i < size; i++) {
		char *byte = file->data + (code - file->data) + i;

		*byte ^= 1;
		write_file("head", file->data, file->len);
		*byte ^= 1;
		if (compared("base", "head", bench).likeness == CODE_SAME)
			fail_msg("%s: byte %d may change", bench, (int)i);
	}
}

static void change_each_bench(const char *compiler)
{
	struct buf file = BUF_INIT;
	struct error err = ERROR_INIT;
	struct elf elf;

	build_suite(compiler, SHARED, "base");
	assert_int_equal(file_read(inside("base"), 1 << 24, &file, &err), 0);
	assert_int_equal(elf_read(&elf, file.data, file.len, &err), 0);
	for (size_t i = 0; i < NR(benches); i++)
		change_each_byte(&file, &elf, benches[i]);
	elf_release(&elf);
	buf_release(&file);
}

TEST_WITH(a_changed_instruction_is_noticed, open_playground, close_playground)
{
	if (is_x86())
		change_each_bench(own_compiler());
	if (has_cross_gcc())
		change_each_bench(CROSS_GCC);
}

TEST(a_file_that_cannot_be_read_calls_nothing_for_sure)
{
	assert_false(code_has_same_callbacks(NULL, NULL, NULL));
	assert_false(code_is_same_file(NULL, NULL));
}
