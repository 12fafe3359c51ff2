/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/import/import.h"

#include "base/error.h"
#include "base/str.h"
#include "model/run_json.h"
#include "store/import/clean.h"
#include "store/import/reading.h"

#include <stdlib.h>
#include <string.h>

/* Where the marks of a format are looked for. */
#define MARKED_BYTES ((size_t)128 << 10)

const struct import_format *import_named(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "formats" };

	for (size_t i = 0; import_formats[i]; i++) {
		const struct import_format *format = import_formats[i];
		if (strcmp(format->name, name) == 0)
			return format;
		unknown_offer(&unknown, format->name);
	}
	unknown_error(&unknown, err, "unknown format '%s'", name);
	return NULL;
}

/* Is one of the texts between '|' in it? */
static bool has_mark(const char *text, size_t len, const char *mark)
{
	for (;;) {
		size_t mark_len = strcspn(mark, "|");

		if (memmem(text, len, mark, mark_len))
			return true;
		if (!mark[mark_len])
			return false;
		mark += mark_len + 1;
	}
}

struct likeness {
	size_t nr, nr_marks; /* found, of those that the format has */
};

static struct likeness likeness_to(const struct import_format *format, const char *text, size_t len)
{
	struct likeness likeness = { 0, 0 };

	if (len > MARKED_BYTES)
		len = MARKED_BYTES;
	while (likeness.nr_marks < IMPORT_MAX_MARKS && format->marks[likeness.nr_marks])
		likeness.nr += has_mark(text, len, format->marks[likeness.nr_marks++]);
	return likeness;
}

/* How many marks it has; 0: the text lacks one of them. */
static size_t count_marks(const struct import_format *format, const char *text, size_t len)
{
	size_t nr = 0;

	if (len > MARKED_BYTES)
		len = MARKED_BYTES;
	for (; nr < IMPORT_MAX_MARKS && format->marks[nr]; nr++)
		if (!has_mark(text, len, format->marks[nr]))
			return 0;
	return nr;
}

/* What has more marks is more special, and stands for itself where another has some of them. */
const struct import_format *import_recognise(const char *text, size_t len)
{
	const struct import_format *best = NULL;
	size_t nr = 0;

	for (size_t i = 0; import_formats[i]; i++) {
		const struct import_format *format = import_formats[i];
		size_t nr_marks = count_marks(format, text, len);

		if (nr_marks > nr && (!format->fits || format->fits(text, len))) {
			best = format;
			nr = nr_marks;
		}
	}
	return best;
}

/* How compressed files begin, and what unpacks them. */
static const struct {
	const char *start;
	size_t len;
	const char *name, *unpack;
} packings[] = {
	{ "\x1f\x8b", 2, "gzip", "gunzip" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd", "unzstd" },
	{ "\xfd"
	  "7zXZ",
		5, "xz", "unxz" },
	{ "BZh", 3, "bzip2", "bunzip2" },
	{ "PK\3\4", 4, "zip", "unzip" },
};

int import_check_text(const char *text, size_t len, struct error *err)
{
	if (strspn(text, " \t\r\n") == len)
		return error_set(err, ERR_USAGE, "the file is empty; it must have results");
	for (size_t i = 0; i < sizeof packings / sizeof *packings; i++)
		if (len > packings[i].len && memcmp(text, packings[i].start, packings[i].len) == 0)
			return error_set(err, ERR_USAGE,
				"it is compressed (%s): unpack it first, with %s", packings[i].name,
				packings[i].unpack);
	return 0;
}

/* What C would take for the end would hide the rest. */
static int refuse_nul(const char *text, size_t len, struct error *err)
{
	const char *nul = memchr(text, '\0', len);
	size_t nr = 1;

	if (!nul)
		return 0;
	for (const char *at = text; at < nul; at++)
		nr += *at == '\n';
	return error_set(err, ERR_USAGE, "line %zu: a NUL byte; it must be a text", nr);
}

/* The formats whose marks it has most of, best first. */
struct nearest {
	const struct import_format *items[3];
	double shares[3];
};

static void add_near(struct nearest *nearest, const struct import_format *format, double share)
{
	size_t at = 3;

	while (at && share > nearest->shares[at - 1])
		at--;
	if (at == 3)
		return;
	for (size_t i = 2; i > at; i--) {
		nearest->items[i] = nearest->items[i - 1];
		nearest->shares[i] = nearest->shares[i - 1];
	}
	nearest->items[at] = format;
	nearest->shares[at] = share;
}

static struct nearest find_nearest(const char *text, size_t len)
{
	struct nearest nearest = { { NULL }, { 0 } };

	for (size_t i = 0; import_formats[i]; i++) {
		struct likeness likeness = likeness_to(import_formats[i], text, len);
		double share =
			likeness.nr_marks ? (double)likeness.nr / (double)likeness.nr_marks : 0;

		/* One mark is no likeness, and neither are few of many. */
		if (likeness.nr > 1 && share > .49)
			add_near(&nearest, import_formats[i], share);
	}
	return nearest;
}

/* Its beginning, without half a letter at the end. */
static void add_short(const char *text, size_t len, struct buf *out)
{
	struct buf start = BUF_INIT;

	if (len > 40)
		for (len = 40; len && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	buf_add(&start, text, len);
	buf_addc(out, '\'');
	buf_add_printable(out, start.data);
	buf_addc(out, '\'');
	buf_release(&start);
}

#define SHOWN_NAMES 4

/* "'a', 'b'": the first names of members that there are. */
static void add_format_names(const char *text, struct buf *out)
{
	size_t nr = 0;

	for (const char *at = strchr(text, '"'); at && nr < SHOWN_NAMES; at = strchr(at, '"')) {
		const char *name = ++at;
		size_t len = strcspn(at, "\"\n");

		at += len + (at[len] != '\0');
		if (at[strspn(at, " \t\r\n")] != ':')
			continue;
		buf_adds(out, nr++ ? ", " : " with ");
		add_short(name, len, out);
	}
}

/* What people would call it at first sight. */
static void add_seen(const char *start, struct buf *out)
{
	if (clean_begins_object(start)) {
		buf_addf(out, "a JSON %s", *start == '{' ? "object" : "list");
		add_format_names(start, out);
		return;
	}
	buf_adds(out, *start == '<' ? "XML that begins with " : "a text that begins with ");
	add_short(start, strcspn(start, "\r\n"), out);
}

/* ", but has no 'x', 'y'" */
static void add_missing_marks(
	const struct import_format *format, const char *text, size_t len, struct buf *out)
{
	size_t nr = 0;

	if (len > MARKED_BYTES)
		len = MARKED_BYTES;
	for (size_t i = 0; i < IMPORT_MAX_MARKS && format->marks[i]; i++) {
		const char *mark = format->marks[i];

		if (!has_mark(text, len, mark))
			buf_addf(out, "%s'%.*s'", nr++ ? ", " : ", but has no ",
				(int)strcspn(mark, "|"), mark);
	}
	if (!nr)
		buf_adds(out, ", but its values are not where they are there");
}

static int read_nothing(const struct json *root, void *context, struct error *err)
{
	(void)root;
	(void)context;
	(void)err;
	return 0;
}

/* What begins as JSON and is none has an error with a place, whatever format was meant. */
static bool is_broken_json(const char *text, size_t len, struct error *err)
{
	const struct json_reader reader = { .read = read_nothing };
	struct buf clean = BUF_INIT;
	bool broken;

	broken = json_read_large(text, len, &reader, err) != 0;
	if (broken && clean_json(text, len, &clean))
		broken = json_read_large(clean.data, clean.len, &reader, err) != 0;
	buf_release(&clean);
	return broken;
}

int import_unknown(const char *text, size_t len, struct error *err)
{
	struct nearest near = find_nearest(text, len);
	const char *start = text + strspn(text, " \t\r\n");
	struct buf line = BUF_INIT;

	if (import_check_text(text, len, err) || refuse_nul(text, len, err))
		return -1;
	if ((near.items[0] ? clean_begins_object(start) : *start == '{' || *start == '[') &&
		is_broken_json(text, len, err))
		return -1;
	buf_adds(&line, "its format is not known: ");
	add_seen(start, &line);
	for (size_t i = 0; i < 3 && near.items[i]; i++) {
		buf_addf(&line, "%s%s", i ? "; or " : "; it looks most like ", near.items[i]->name);
		if (!i)
			add_missing_marks(near.items[0], text, len, &line);
	}
	buf_adds(&line, "; 'benchgate help imports' lists all formats");
	error_set(err, ERR_USAGE, "%s", line.data);
	buf_release(&line);
	return -1;
}

static int read_root(const struct json *root, void *context, struct error *err)
{
	struct import *import = context;

	import->root = root;
	return import->input->format->read(import, err);
}

static void forget_root(void *context)
{
	struct import *import = context;

	import_release(import);
	run_json_forget(import->run);
	*import = (struct import){
		.input = import->input, .text = import->text, .len = import->len, .run = import->run
	};
}

static int read_document(struct import *import, struct error *err)
{
	const struct json_reader reader = { read_root, forget_root, import };
	struct buf clean = BUF_INIT;
	int rc = json_read_large(import->text, import->len, &reader, err);
	size_t line = import->root ? 0 : clean_second_document(import->text);

	if (line)
		rc = error_set(err, ERR_USAGE,
			"line %zu: a second JSON document begins; each must be in a file of its own",
			line);
	else if (!import->root && clean_json(import->text, import->len, &clean))
		rc = json_read_large(clean.data, clean.len, &reader, err);
	import->root = NULL;
	buf_release(&clean);
	return rc;
}

static int read_text(struct import *import, struct error *err)
{
	const struct import_format *format = import->input->format;
	struct buf clean = BUF_INIT;
	int rc;

	if (refuse_nul(import->text, import->len, err))
		return -1;
	if (clean_text(import->text, import->len, &clean)) {
		import->text = clean.data;
		import->len = clean.len;
	}
	rc = format->read(import, err);
	buf_release(&clean);
	return rc;
}

static bool has_any(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].metrics.nr || run->items[i].word != RESULT_OK)
			return true;
	return false;
}

static int read_known(struct import *import, struct error *err)
{
	const struct import_format *format = import->input->format;
	int rc = format->shape == IMPORT_JSON ? read_document(import, err) : read_text(import, err);

	if (!rc || import->wrong.kind != ERR_NONE)
		rc = import_check(import, err);
	if (!rc && !has_any(import->run))
		rc = error_set(
			err, ERR_USAGE, "there is no benchmark in it; expected: %s", format->title);
	if (!rc) {
		import_finish(import);
		str_set(&import->run->format, format->name);
		str_set(&import->run->more, format->more);
		return 0;
	}
	error_wrap(err, "as %s", format->name);
	/* What is wrong with a file is no slip on the command line. */
	err->kind = ERR_IO;
	return -1;
}

int import_read(const struct import_input *input, struct run *run, struct error *err)
{
	struct import_input known = *input;
	struct import import = {
		.input = &known, .text = input->text, .len = input->len, .run = run
	};
	int rc;

	if (!known.format)
		known.format = import_recognise(input->text, input->len);
	if (!known.format)
		return import_unknown(input->text, input->len, err);
	rc = read_known(&import, err);
	import_release(&import);
	return rc;
}

/* What is there becomes the value of one process. */
static void condense(struct metric *metric)
{
	double level = metric_level(metric);

	if (metric->basis == BASIS_PROCESSES)
		return;
	metric->basis = BASIS_PROCESSES;
	metric->digest = (struct digest){ .nr = 0 };
	metric->values.nr = 0;
	*ARRAY_ADD(&metric->values) = level;
}

static struct metric *join_new(struct result *result, const struct metric *more)
{
	struct metric_kind kind = { more->name, more->unit, more->more_is_better };
	struct metric *metric = metrics_make(&result->metrics, &kind);

	metric->is_count = more->is_count;
	metric->is_beside = more->is_beside;
	metric->basis = more->basis;
	metric->digest = more->digest;
	for (size_t i = 0; i < more->values.nr; i++)
		*ARRAY_ADD(&metric->values) = more->values.items[i];
	return metric;
}

static int join_metric(struct result *result, const struct metric *more, struct error *err)
{
	struct metric *metric = metrics_find(&result->metrics, more->name);

	if (!metric) {
		join_new(result, more);
		return 0;
	}
	if (strcmp(metric->unit, more->unit) != 0 || metric->more_is_better != more->more_is_better)
		return error_set(err, ERR_IO,
			"%.200s: its metric %.100s is in '%.20s', but in '%.20s' in the file before",
			result->name, more->name, more->unit, metric->unit);
	condense(metric);
	if (more->basis != BASIS_PROCESSES)
		*ARRAY_ADD(&metric->values) = metric_level(more);
	for (size_t i = 0; i < more->values.nr && more->basis == BASIS_PROCESSES; i++)
		*ARRAY_ADD(&metric->values) = more->values.items[i];
	return 0;
}

static int join_result(struct run *run, const struct result *more, struct error *err)
{
	struct result *result = run_find(run, more->name);

	if (!result)
		result = run_add(run,
			&(struct bench){ .name = more->name,
				.tier = more->tier,
				.source = more->suite,
				.file = more->file,
				.nr_threads = more->nr_threads });
	if (more->word != RESULT_OK && result->word == RESULT_OK) {
		result->word = more->word;
		str_set(&result->reason, more->reason);
	}
	for (size_t i = 0; i < more->metrics.nr; i++)
		if (join_metric(result, &more->metrics.items[i], err))
			return -1;
	for (size_t i = 0; i < more->processes.nr; i++)
		*ARRAY_ADD(&result->processes) =
			(struct process_row){ .iterations = 1, .nr_batches = 1, .settled = true };
	result->nr_planned = result->processes.nr;
	return 0;
}

int import_join(struct run *run, const struct run *more, struct error *err)
{
	for (size_t i = 0; i < more->nr; i++)
		if (join_result(run, &more->items[i], err))
			return -1;
	return 0;
}

int import_columns_parse(const char *said, struct import_columns *columns, struct error *err)
{
	const struct {
		const char *name;
		char **column;
	} known[] = { { "name=", &columns->name }, { "value=", &columns->value },
		{ "unit=", &columns->unit } };
	const char *item;
	size_t len;

	while ((item = str_next_item(&said, &len))) {
		char *text = mem_copy(item, len);
		size_t i = 0;

		while (i < 3 && !str_starts(text, known[i].name))
			i++;
		if (i < 3)
			str_set(known[i].column, text + strlen(known[i].name));
		free(text);
		if (i == 3)
			return error_set(err, ERR_USAGE,
				"--columns takes name=1,value=2,unit=3 (numbers or headings), not '%.*s'",
				(int)(len < 100 ? len : 100), item);
	}
	return 0;
}

void import_columns_release(struct import_columns *columns)
{
	free(columns->name);
	free(columns->value);
	free(columns->unit);
}
