/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/costs_read.h"

#include "base/array.h"
#include "base/numbered_names.h"
#include "base/str.h"
#include "explain/cost_names.h"

#include <ctype.h>
#include <string.h>

#define MAX_COLUMNS 32
#define MAX_LINE (1u << 20)

enum name_kind { NAME_OBJECT, NAME_FILE, NAME_FUNCTION, NR_NAME_KINDS };

struct cost_reader {
	struct costs *costs;
	struct cost_names functions;
	double per_iteration;
	size_t line_nr;
	struct texts names[NR_NAME_KINDS]; /* by the numbers that the file gives them */
	int events[MAX_COLUMNS];           /* enum cost_event of each column; -1: of no interest */
	size_t nr_columns;
	bool has_address, has_line;
	uint64_t address, line;
	size_t object, file, function; /* that costs are of; COSTS_NONE: none, or left out */
	bool has_function;
	size_t called_object, called_file, called; /* that the next call is of */
	bool has_called_object, has_called_file;   /* they are said */
	bool is_call;
	double nr_calls;
};

/* Which events add up to what is told. */
static const struct {
	const char *name;
	enum cost_event event;
} cost_columns[] = {
	{ "Ir", COST_INSTRUCTIONS },
	{ "I1mr", COST_CACHE_MISSES },
	{ "D1mr", COST_CACHE_MISSES },
	{ "D1mw", COST_CACHE_MISSES },
	{ "ILmr", COST_MEMORY_READS },
	{ "DLmr", COST_MEMORY_READS },
	{ "DLmw", COST_MEMORY_READS },
	{ "Bcm", COST_BRANCH_MISSES },
	{ "Bim", COST_BRANCH_MISSES },
};

static int refuse_line(const struct cost_reader *reader, const char *line, struct error *err)
{
	struct buf text = BUF_INIT;

	buf_add_printable(&text, line);
	error_set(err, ERR_IO, "callgrind's file, line %zu: \"%.60s\" is not a line of a profile",
		reader->line_nr, text.data);
	buf_release(&text);
	return -1;
}

/* --- names -------------------------------------------------------------------------------------
 */

/* A source or an object; callgrind calls what it does not know "???". */
static int read_place(
	struct cost_reader *reader, enum name_kind kind, const char *text, size_t *index)
{
	struct texts *texts = kind == NAME_FILE ? &reader->costs->files : &reader->costs->objects;
	const char *name = numbered_name(&reader->names[kind], text);

	if (!name)
		return -1;
	*index = strcmp(name, "???") == 0 || !*name ? COSTS_NONE : cost_names_text(texts, name);
	return 0;
}

static int read_cost_function(
	struct cost_reader *reader, const char *text, size_t object, size_t file, size_t *index)
{
	const char *name = numbered_name(&reader->names[NAME_FUNCTION], text);

	if (!name)
		return -1;
	*index = cost_names_function(
		&reader->functions, &(struct cost_name){ name, object, file, 0 });
	return 0;
}

/* --- numbers -----------------------------------------------------------------------------------
 */

static bool take_digits(const char **at, uint64_t *value)
{
	bool hex = (*at)[0] == '0' && (*at)[1] == 'x';
	const char *from = *at += hex ? 2 : 0;

	*value = 0;
	for (; hex ? isxdigit((unsigned char)**at) : isdigit((unsigned char)**at); ++*at) {
		int c = tolower((unsigned char)**at);

		*value = *value * (hex ? 16 : 10) + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return *at > from;
}

/* "0x1180", "17", "+3", "-3", "*": from where it was. */
static bool take_position(const char **at, uint64_t *position)
{
	char sign = **at;
	uint64_t value;

	if (sign == '*') {
		++*at;
	} else {
		*at += sign == '+' || sign == '-';
		if (!take_digits(at, &value))
			return false;
		*position = sign == '+' ? *position + value
			: sign == '-'   ? *position - value
					: value;
	}
	*at += strspn(*at, " \t");
	return true;
}

static bool take_costs(const struct cost_reader *reader, const char *at, struct cost *cost)
{
	uint64_t value;

	for (size_t i = 0; i < reader->nr_columns && *at; i++) {
		if (!take_digits(&at, &value))
			return false;
		at += strspn(at, " \t");
		if (reader->events[i] >= 0)
			cost->of[reader->events[i]] += (double)value * reader->per_iteration;
	}
	return true;
}

/* --- lines -------------------------------------------------------------------------------------
 */

static void add_cost_line(struct cost_reader *reader, const struct cost *cost)
{
	struct costs *costs = reader->costs;
	struct cost_function *function = &costs->functions.items[reader->function];
	unsigned line = reader->line < 10000000 ? (unsigned)reader->line : 0;

	size_t called = reader->is_call ? reader->called : COSTS_NONE;

	if (!reader->is_call && line && reader->file == function->file &&
		(!function->line || line < function->line))
		function->line = line;
	if (!line || reader->file == COSTS_NONE)
		return;
	if (costs->lines.nr) {
		struct cost_line *last = &costs->lines.items[costs->lines.nr - 1];

		if (last->function == reader->function && last->file == reader->file &&
			last->called == called && last->line == line) {
			cost_add(&last->cost, cost);
			return;
		}
	}
	*ARRAY_ADD(&costs->lines) = (struct cost_line){ .function = reader->function,
		.file = reader->file,
		.called = called,
		.inlined = COSTS_NONE,
		.line = line,
		.address = reader->has_address ? reader->address : 0,
		.cost = *cost };
}

static void keep_own_cost(struct cost_reader *reader, const struct cost *cost)
{
	struct costs *costs = reader->costs;

	if (reader->function == COSTS_NONE)
		return;
	cost_add(&costs->functions.items[reader->function].own, cost);
	if (reader->has_line)
		add_cost_line(reader, cost);
	if (reader->has_address && cost->of[COST_INSTRUCTIONS] > 0)
		*ARRAY_ADD(&costs->places) = (struct cost_place){ reader->function, reader->address,
			cost->of[COST_INSTRUCTIONS] };
}

static void keep_call(struct cost_reader *reader, const struct cost *cost)
{
	if (reader->function == COSTS_NONE || reader->called == COSTS_NONE)
		return;
	*ARRAY_ADD(&reader->costs->calls) =
		(struct cost_call){ reader->function, reader->called, reader->nr_calls, *cost };
	if (reader->has_line)
		add_cost_line(reader, cost);
}

static int read_cost_line(struct cost_reader *reader, const char *line, struct error *err)
{
	struct cost cost = { { 0 } };
	const char *at = line;

	if (!reader->nr_columns || !reader->has_function ||
		(reader->has_address && !take_position(&at, &reader->address)) ||
		(reader->has_line && !take_position(&at, &reader->line)) ||
		!take_costs(reader, at, &cost))
		return refuse_line(reader, line, err);
	if (reader->is_call)
		keep_call(reader, &cost);
	else
		keep_own_cost(reader, &cost);
	reader->is_call = false;
	return 0;
}

static void read_events(struct cost_reader *reader, const char *at)
{
	reader->nr_columns = 0;
	for (at += strspn(at, " "); *at && reader->nr_columns < MAX_COLUMNS;
		at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		int *event = &reader->events[reader->nr_columns++];

		*event = -1;
		for (size_t i = 0; i < sizeof cost_columns / sizeof *cost_columns; i++)
			if (strlen(cost_columns[i].name) == len &&
				strncmp(cost_columns[i].name, at, len) == 0)
				*event = (int)cost_columns[i].event;
		if (*event >= 0)
			reader->costs->has[*event] = true;
		at += len;
	}
}

static int read_nr_calls(struct cost_reader *reader, const char *at)
{
	uint64_t nr;

	if (!take_digits(&at, &nr))
		return -1;
	reader->nr_calls = (double)nr * reader->per_iteration;
	reader->is_call = true;
	return 0;
}

/* What is called is in the caller's object, and in the file of the line at hand, which may be of
 * one that was inlined; unless it is said. */
static int read_called(struct cost_reader *reader, const char *text)
{
	size_t object = reader->has_called_object ? reader->called_object : reader->object;
	size_t file = reader->has_called_file ? reader->called_file : reader->file;

	reader->has_called_object = reader->has_called_file = false;
	return read_cost_function(reader, text, object, file, &reader->called);
}

static int read_own_function(struct cost_reader *reader, const char *text)
{
	int rc = read_cost_function(reader, text, reader->object, reader->file, &reader->function);

	reader->has_function = true;
	reader->has_called_object = reader->has_called_file = false;
	return rc;
}

/* What stands behind "word=". */
static int read_word(struct cost_reader *reader, const char *line, const char *value)
{
	size_t len = (size_t)(value - line);
#define IS(word) (len == sizeof word - 1 && memcmp(line, word, len) == 0)

	if (IS("fn="))
		return read_own_function(reader, value);
	if (IS("cfn="))
		return read_called(reader, value);
	if (IS("calls="))
		return read_nr_calls(reader, value);
	if (IS("ob="))
		return read_place(reader, NAME_OBJECT, value, &reader->object);
	if (IS("cob=")) {
		reader->has_called_object = true;
		return read_place(reader, NAME_OBJECT, value, &reader->called_object);
	}
	if (IS("fl=") || IS("fi=") || IS("fe="))
		return read_place(reader, NAME_FILE, value, &reader->file);
	if (IS("cfl=") || IS("cfi=")) {
		reader->has_called_file = true;
		return read_place(reader, NAME_FILE, value, &reader->called_file);
	}
	return 0;
#undef IS
}

static int read_profile_line(struct cost_reader *reader, const char *line, struct error *err)
{
	const char *equal = strchr(line, '=');

	if (isdigit((unsigned char)*line) || *line == '+' || *line == '-' || *line == '*')
		return read_cost_line(reader, line, err);
	if (str_starts(line, "events:")) {
		read_events(reader, line + 7);
	} else if (str_starts(line, "positions:")) {
		reader->has_address = strstr(line, "instr") != NULL;
		reader->has_line = strstr(line, "line") != NULL;
	} else if (equal && read_word(reader, line, equal + 1)) {
		return refuse_line(reader, line, err);
	}
	return 0;
}

int costs_read(const char *text, const struct costs_of *of, struct costs *costs, struct error *err)
{
	struct cost_reader reader = { .costs = costs,
		.functions = { .costs = costs, .whose = of },
		.per_iteration = 1 / (double)(of->iterations ? of->iterations : 1),
		.has_line = true,
		.object = COSTS_NONE,
		.file = COSTS_NONE,
		.function = COSTS_NONE,
		.called_object = COSTS_NONE,
		.called_file = COSTS_NONE,
		.called = COSTS_NONE };
	struct buf line = BUF_INIT_MAX(MAX_LINE);
	int rc = 0;

	while (*text && !rc) {
		size_t len = strcspn(text, "\n");

		reader.line_nr++;
		buf_clear(&line);
		buf_add(&line, text, len);
		rc = read_profile_line(&reader, line.data, err);
		text += len + (text[len] == '\n');
	}
	if (!rc && !costs->has[COST_INSTRUCTIONS])
		rc = error_set(err, ERR_IO,
			"callgrind's file has no line \"events:\" with instructions (Ir)");
	str_set(&costs->suite, of->suite);
	costs_complete(costs);
	for (size_t i = 0; i < NR_NAME_KINDS; i++)
		texts_release(&reader.names[i]);
	cost_names_release(&reader.functions);
	buf_release(&line);
	return rc;
}
