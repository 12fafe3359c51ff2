/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/opts.h"

#define MAX_ARGUMENTS 8
#define NR(table) (sizeof(table) / sizeof *(table))

struct settings {
	bool quiet, verbose;
	const char *tier, *color;
	struct words suites;
	uint64_t nr_processes, time_ns, memory_bytes;
};

static const struct opt rows[] = {
	OPT_FLAG('q', "quiet", struct settings, quiet, "say less"),
	OPT_FLAG('v', "verbose", struct settings, verbose, "say more"),
	OPT_WORD('t', "tier", struct settings, tier, "TIER", "which"),
	OPT_CHOICE(0, "color", struct settings, color, "auto,always,never", "colors"),
	OPT_WORDS('s', "suite", struct settings, suites, "PATH", "from where"),
	OPT_COUNT('j', "processes", struct settings, nr_processes, "N", "how many"),
	OPT_DURATION(0, "time", struct settings, time_ns, "how long"),
	OPT_SIZE('m', "memory", struct settings, memory_bytes, "how much"),
	OPT_END,
};

struct parsed {
	struct settings settings;
	struct words operands;
	struct error err;
	int rc;
};

/* given ends with NULL. */
static struct parsed parse(const char *const given[])
{
	char *items[MAX_ARGUMENTS];
	struct arguments arguments = { 0, items };
	struct parsed parsed = { .err = ERROR_INIT };

	for (; given[arguments.nr]; arguments.nr++)
		items[arguments.nr] = (char *)given[arguments.nr];
	parsed.rc = opts_parse(rows, arguments, &parsed.settings, &parsed.operands, &parsed.err);
	return parsed;
}

static void release(struct parsed *parsed)
{
	ARRAY_RELEASE(&parsed->settings.suites);
	ARRAY_RELEASE(&parsed->operands);
}

static const char *text_or_dash(const char *text)
{
	return text ? text : "-";
}

/* All that was set, on one line. */
static void describe(const struct parsed *parsed, struct buf *out)
{
	const struct settings *settings = &parsed->settings;

	buf_addf(out, "%s%s %s %s %llu %llu %llu", settings->quiet ? "q" : "",
		settings->verbose ? "v" : "", text_or_dash(settings->tier),
		text_or_dash(settings->color), (unsigned long long)settings->nr_processes,
		(unsigned long long)settings->time_ns, (unsigned long long)settings->memory_bytes);
	for (size_t i = 0; i < settings->suites.nr; i++)
		buf_addf(out, " s:%s", settings->suites.items[i]);
	for (size_t i = 0; i < parsed->operands.nr; i++)
		buf_addf(out, " [%s]", parsed->operands.items[i]);
}

static const struct {
	const char *given[MAX_ARGUMENTS];
	const char *expected;
} good[] = {
	{ { NULL }, " - - 0 0 0" },
	{ { "--quiet" }, "q - - 0 0 0" },
	{ { "-q" }, "q - - 0 0 0" },
	{ { "-qv" }, "qv - - 0 0 0" },
	{ { "-q", "-q" }, "q - - 0 0 0" },
	{ { "--tier=critical" }, " critical - 0 0 0" },
	{ { "--tier", "critical" }, " critical - 0 0 0" },
	{ { "-tcritical" }, " critical - 0 0 0" },
	{ { "-t", "critical" }, " critical - 0 0 0" },
	{ { "-qvtcritical" }, "qv critical - 0 0 0" },
	{ { "-qt", "v" }, "q v - 0 0 0" },
	{ { "-tq" }, " q - 0 0 0" },
	{ { "--tier=" }, "  - 0 0 0" },
	{ { "--tier=a=b" }, " a=b - 0 0 0" },
	{ { "--tier", "--quiet" }, " --quiet - 0 0 0" },
	{ { "--tier=a", "--tier=b" }, " b - 0 0 0" },
	{ { "--color=never" }, " - never 0 0 0" },
	{ { "--color", "auto" }, " - auto 0 0 0" },
	{ { "--processes=12" }, " - - 12 0 0" },
	{ { "-j12" }, " - - 12 0 0" },
	{ { "--time=2.5s" }, " - - 0 2500000000 0" },
	{ { "--time", "250ms" }, " - - 0 250000000 0" },
	{ { "--memory=64MiB" }, " - - 0 0 67108864" },
	{ { "-m64M" }, " - - 0 0 67108864" },
	{ { "--suite=a.so", "-sb.so", "-s", "c.so" }, " - - 0 0 0 s:a.so s:b.so s:c.so" },
	{ { "one", "-q", "two" }, "q - - 0 0 0 [one] [two]" },
	{ { "-" }, " - - 0 0 0 [-]" },
	{ { "" }, " - - 0 0 0 []" },
	{ { "a", "--", "-q", "--", "--nonsense" }, " - - 0 0 0 [a] [-q] [--] [--nonsense]" },
	{ { "-q", "--" }, "q - - 0 0 0" },
	{ { "--tier", "--", "-q" }, "q -- - 0 0 0" },
};

TEST(arguments_set_fields)
{
	for (size_t i = 0; i < NR(good); i++) {
		struct parsed parsed = parse(good[i].given);
		struct buf out = BUF_INIT;

		assert_int_equal(parsed.rc, 0);
		assert_int_equal(parsed.err.kind, ERR_NONE);
		describe(&parsed, &out);
		assert_string_equal(out.data, good[i].expected);
		buf_release(&out);
		release(&parsed);
	}
}

static const struct {
	const char *given[MAX_ARGUMENTS];
	const char *expected;
} bad[] = {
	{ { "--teir" }, "unknown option --teir; did you mean --tier?" },
	{ { "--teir=critical" }, "unknown option --teir=critical; did you mean --tier?" },
	{ { "--tie" }, "unknown option --tie; did you mean --tier?" },
	{ { "--proceses=1" }, "unknown option --proceses=1; did you mean --processes?" },
	{ { "--something-else" }, "unknown option --something-else (see --help)" },
	{ { "--QUIET-PLEASE" }, "unknown option --QUIET-PLEASE (see --help)" },
	{ { "-x" }, "unknown option -x in -x" },
	{ { "-qx" }, "unknown option -x in -qx" },
	{ { "--tier" }, "--tier needs a value: TIER" },
	{ { "a", "-t" }, "-t needs a value: TIER" },
	{ { "-qj" }, "-qj needs a value: N" },
	{ { "--quiet=yes" }, "--quiet takes no value" },
	{ { "--quiet=" }, "--quiet takes no value" },
	{ { "--color=blue" }, "--color takes one of auto,always,never; 'blue' is not" },
	{ { "--color=" }, "--color takes one of auto,always,never; '' is not" },
	{ { "--processes=ten" }, "--processes takes a whole number, like 10; 'ten' is not" },
	{ { "-j-1" }, "--processes takes a whole number, like 10; '-1' is not" },
	{ { "--time=fast" }, "--time takes a duration, like 500ms, 2s or 3min; 'fast' is not" },
	{ { "--memory=2 apples" }, "--memory takes a size, like 64MiB; '2 apples' is not" },
};

TEST(what_cannot_be_understood_is_told_with_what_would_be_right)
{
	for (size_t i = 0; i < NR(bad); i++) {
		struct parsed parsed = parse(bad[i].given);

		assert_int_equal(parsed.rc, -1);
		assert_int_equal(parsed.err.kind, ERR_USAGE);
		assert_string_equal(parsed.err.text, bad[i].expected);
		release(&parsed);
	}
}

TEST(an_unknown_option_of_any_length_is_refused)
{
	char text[3000] = "--";

	for (size_t len = 1; len < 200; len++) {
		struct parsed parsed;

		memset(text + 2, 'y', len);
		text[2 + len] = '\0';
		parsed = parse((const char *const[]){ text, NULL });
		assert_int_equal(parsed.rc, -1);
		release(&parsed);
	}
	memset(text + 2, 'y', sizeof text - 3);
	text[sizeof text - 1] = '\0';
	assert_int_equal(parse((const char *const[]){ text, NULL }).rc, -1);
}

TEST(each_row_is_spelt_as_people_type_it)
{
	static const char *const expected[] = { "-q, --quiet", "-v, --verbose", "-t, --tier=TIER",
		"    --color=WHEN", "-s, --suite=PATH", "-j, --processes=N", "    --time=DURATION",
		"-m, --memory=SIZE" };

	for (size_t i = 0; i < NR(expected); i++) {
		struct buf out = BUF_INIT;

		opts_spell(&rows[i], &out);
		assert_string_equal(out.data, expected[i]);
		buf_release(&out);
	}
}

static struct arguments take(char **items, struct settings *settings, struct error *err)
{
	static const struct opt few[] = {
		OPT_FLAG('q', "quiet", struct settings, quiet, "say less"),
		OPT_WORD('t', "tier", struct settings, tier, "TIER", "which"),
		OPT_END,
	};
	struct arguments given = { 0, items };
	int rc;

	while (items[given.nr])
		given.nr++;
	rc = opts_take(few, &given, settings, err);
	assert_int_equal(rc, *err->text ? -1 : 0);
	return given;
}

TEST(options_of_some_rows_are_taken_out_and_the_rest_keeps_its_order)
{
	char *items[] = { "one", "--tierx=1", "-q", "--other", "--tier", "-q", "-vq", "-t", "slow",
		"-", "--", "--tier", "-q", NULL };
	static const char *const expected[] = { "one", "--tierx=1", "--other", "-vq", "-", "--",
		"--tier", "-q" };
	struct settings settings = { .quiet = false };
	struct error err = ERROR_INIT;
	struct arguments given = take(items, &settings, &err);

	assert_true(settings.quiet);
	assert_string_equal(settings.tier, "slow");
	assert_int_equal(given.nr, NR(expected));
	for (size_t i = 0; i < NR(expected); i++)
		assert_string_equal(given.items[i], expected[i]);
}

TEST(an_option_that_is_taken_out_needs_its_value_and_a_flag_has_none)
{
	struct settings settings = { .quiet = false };
	struct error err = ERROR_INIT;

	take((char *[]){ "one", "--tier", NULL }, &settings, &err);
	assert_string_equal(err.text, "--tier needs a value: TIER");
	err = (struct error)ERROR_INIT;
	take((char *[]){ "--quiet=1", NULL }, &settings, &err);
	assert_string_equal(err.text, "--quiet takes no value");
}

TEST(a_level_counts_how_often_it_is_given)
{
	static const struct levels {
		unsigned level;
	} none = { 0 };
	static const struct opt few[] = {
		OPT_LEVEL('v', "verbose", struct levels, level, "say more"),
		OPT_END,
	};
	char *items[] = { "-vv", "one", "--verbose", NULL };
	struct levels levels = none;
	struct words operands = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(
		opts_parse(few, (struct arguments){ 3, items }, &levels, &operands, &err), 0);
	assert_int_equal(levels.level, 3);
	assert_int_equal(operands.nr, 1);
	items[0] = "--verbose=2";
	assert_int_equal(
		opts_parse(few, (struct arguments){ 1, items }, &levels, &operands, &err), -1);
	assert_string_equal(err.text, "--verbose takes no value");
	ARRAY_RELEASE(&operands);
}
