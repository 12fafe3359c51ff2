/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzzer begins with, and what it once found, without the fuzzer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "fuzz/condition.h"
#include "sys/file.h"

#include <dirent.h>

#define CORPUS "tests/fuzz/condition"

static void read_kept(const char *name, struct buf *text)
{
	struct buf path = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_addf(&path, CORPUS "/%s", name);
	if (file_read(path.data, 1 << 16, text, &err))
		fail_msg("%s", err.text);
	buf_release(&path);
}

static size_t replay(void (*with)(struct buf *text))
{
	DIR *folder = opendir(CORPUS);
	const struct dirent *entry;
	size_t nr = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct buf text = BUF_INIT;

		if (*entry->d_name == '.')
			continue;
		read_kept(entry->d_name, &text);
		with(&text);
		buf_release(&text);
		nr++;
	}
	closedir(folder);
	return nr;
}

static void as_it_is(struct buf *text)
{
	fuzz_condition(text->data, text->len);
}

static void what_is_kept_is_no_finding(void **state)
{
	(void)state;
	assert_true(replay(as_it_is) > 20);
}

/* Bytes that mean something, more often than chance would have them. */
static const char likely[] = "()<>=!~&|%'\"{}0123456789.e-+ ANDORnot";

static void spoilt(struct buf *text)
{
	struct random random = random_seed(text->len);

	for (int i = 0; i < 30 && text->len; i++) {
		struct buf copy = BUF_INIT;

		buf_add(&copy, text->data, text->len);
		for (size_t nr = 1 + random_below(&random, 3); nr; nr--)
			copy.data[random_below(&random, copy.len)] = random_below(&random, 4)
				? likely[random_below(&random, sizeof likely - 1)]
				: (char)random_below(&random, 256);
		fuzz_condition(copy.data,
			random_below(&random, 2) ? copy.len : random_below(&random, copy.len));
		buf_release(&copy);
	}
}

static void nor_is_what_is_near_it(void **state)
{
	(void)state;
	replay(spoilt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_is_no_finding),
		cmocka_unit_test(nor_is_what_is_near_it),
	};
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	subjects_release(fuzz_subjects());
	return rc;
}
