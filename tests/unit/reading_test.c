/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "session/reading.h"

#include <fnmatch.h>

#define NR(table) (sizeof(table) / sizeof *(table))

#define GO "tests/data/imports/go.txt"
#define GOOGLE "tests/data/imports/google-benchmark.json"
#define NO_RESULTS "README.md"
#define MISSING "tests/data/imports/missing.json"

TEST(two_files_read_at_once_are_what_each_is_alone_and_the_first_error_counts)
{
	static const struct {
		const char *paths[2], *error;
	} cases[] = {
		{ { GO, GOOGLE }, NULL },
		{ { GOOGLE, GO }, NULL },
		{ { GO, GO }, NULL },
		{ { MISSING, GO }, "*" MISSING "*" },
		{ { GO, MISSING }, "*" MISSING "*" },
		{ { MISSING, NO_RESULTS }, "*" MISSING "*" },
		{ { NO_RESULTS, MISSING }, NO_RESULTS ": its format is not known*" },
		{ { NO_RESULTS, NO_RESULTS }, NO_RESULTS ": its format is not known*" },
	};
	const struct import_hint hint = { 0 };

	for (size_t i = 0; i < NR(cases); i++) {
		struct run runs[2] = { RUN_INIT, RUN_INIT }, alone = RUN_INIT;
		struct error err = ERROR_INIT;
		struct reading readings[2];
		bool is_result;

		for (size_t j = 0; j < 2; j++)
			readings[j] = (struct reading){ cases[i].paths[j], &hint, &runs[j],
				ERROR_INIT, 0 };
		assert_int_equal(reading_both(readings, &err), cases[i].error ? -1 : 0);
		if (cases[i].error)
			assert_int_equal(fnmatch(cases[i].error, err.text, 0), 0);
		for (size_t j = 0; j < 2 && !cases[i].error; j++) {
			assert_int_equal(result_file_read(cases[i].paths[j], &hint, &alone,
						 &is_result, &err),
				0);
			assert_int_equal(runs[j].nr, alone.nr);
			assert_true(alone.nr > 0);
			for (size_t k = 0; k < alone.nr; k++)
				assert_string_equal(runs[j].items[k].name, alone.items[k].name);
			run_release(&alone);
			alone = (struct run)RUN_INIT;
		}
		run_release(&runs[0]);
		run_release(&runs[1]);
	}
}
