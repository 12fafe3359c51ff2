/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/samples_read.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/cost_names.h"

#include <ctype.h>
#include <string.h>

#define MAX_FRAMES 1024
#define MAX_NAME_BYTES 65536

/* A part of an object's file, where a process had it. */
struct sample_map {
	uint64_t start, len, offset;
	size_t object;
};

struct sample_frame {
	size_t function, object, unlevelled;
	uint64_t offset;
};

struct sample_reader {
	struct costs *costs;
	struct cost_names functions;
	struct sample_places *places;
	double time_ns; /* that a sample stands for, an iteration */
	size_t line_nr;
	struct {
		struct sample_map *items;
		size_t nr, alloc;
	} maps;
	struct sample_frame frames[MAX_FRAMES]; /* of the sample at hand, the innermost first */
	size_t nr_frames;
	bool is_whole;   /* what follows is not the benchmark's */
	bool is_foreign; /* none of it is */
	uint64_t nr, nr_lost;
	struct buf text;
};

static int refuse_sample(const struct sample_reader *reader, const char *line, struct error *err)
{
	struct buf text = BUF_INIT;

	buf_add_printable(&text, line);
	error_set(err, ERR_IO,
		"what perf script printed, line %zu: \"%.60s\" is not a line of a sample",
		reader->line_nr, text.data);
	buf_release(&text);
	return -1;
}

static bool take_hex(const char **at, uint64_t *value)
{
	const char *from = *at;

	*value = 0;
	for (; isxdigit((unsigned char)**at); ++*at)
		*value = *value * 16 +
			(uint64_t)(isdigit((unsigned char)**at)
					? **at - '0'
					: tolower((unsigned char)**at) - 'a' + 10);
	return *at > from;
}

/* "0x1000" or "0", as the numbers of a map are. */
static bool take_prefixed(const char **at, uint64_t *value)
{
	if (str_starts(*at, "0x"))
		*at += 2;
	return take_hex(at, value);
}

/* "... PERF_RECORD_MMAP2 1/1: [0x5000(0x1000) @ 0x1000 fe:00 7 0]: r-xp /tmp/my.so" */
static void read_map(struct sample_reader *reader, const char *line)
{
	struct sample_map map = { 0 };
	const char *at = strchr(line, '['), *path;

	if (!at)
		return;
	at++;
	if (!take_prefixed(&at, &map.start) || *at++ != '(' || !take_prefixed(&at, &map.len) ||
		!str_starts(at, ") @ "))
		return;
	at += 4;
	path = strstr(at, "]: ");
	if (!take_prefixed(&at, &map.offset) || !path)
		return;
	path = strchr(path, '/');
	if (!path)
		return;
	map.object = cost_names_text(&reader->costs->objects, path);
	*ARRAY_ADD(&reader->maps) = map;
}

/* Some versions of perf print addresses, others places in the file. */
static uint64_t offset_of(const struct sample_reader *reader, size_t object, uint64_t address)
{
	for (size_t i = reader->maps.nr; i-- > 0;) {
		const struct sample_map *map = &reader->maps.items[i];

		if (map->object == object && address >= map->start &&
			address - map->start < map->len)
			return address - map->start + map->offset;
	}
	return address;
}

/* "name (/path/of.so)", of which names and paths may have blanks and parentheses; what is not known
 * is in brackets. */
static const char *object_begin(const char *text)
{
	const char *found = NULL;

	for (const char *at = text; (at = strstr(at, " (")); at += 2)
		if (at[2] == '/' || at[2] == '[')
			found = at;
	return found;
}

static bool is_own_object(const struct costs *costs, size_t object)
{
	return costs->suite && object != COSTS_NONE &&
		strcmp(costs->objects.items[object], costs->suite) == 0;
}

static bool is_of_suite(const struct sample_reader *reader, const struct sample_frame *frame)
{
	return is_own_object(reader->costs, frame->object);
}

static bool has_frame_of_suite(const struct sample_reader *reader)
{
	for (size_t i = 0; i < reader->nr_frames; i++)
		if (is_of_suite(reader, &reader->frames[i]))
			return true;
	return false;
}

/* Takes "+0x30" from a name's end, and tells by it where the function begins; 0: not known. */
static uint64_t take_start(char *name, uint64_t offset)
{
	char *plus = strrchr(name, '+');
	const char *at = plus ? plus + 1 : NULL;
	uint64_t distance;

	if (!at || !str_starts(at, "0x") || !take_prefixed(&at, &distance) || *at)
		return 0;
	*plus = '\0';
	return offset - distance;
}

static void add_frame(struct sample_reader *reader, char *name, size_t object, uint64_t at)
{
	uint64_t offset = offset_of(reader, object, at), start = take_start(name, offset);
	/* Files of one suite may have functions of the same name. */
	struct cost_name said = { name, object, COSTS_NONE,
		is_own_object(reader->costs, object) ? start : 0 };
	size_t function, len = strlen(name);
	struct sample_frame *frame;

	/* The stub that leads into a library is a part of its caller. */
	if (!reader->nr_frames && len > 4 && strcmp(name + len - 4, "@plt") == 0)
		return;
	function = cost_names_function(&reader->functions, &said);
	if (function == COSTS_NONE) {
		reader->is_foreign = !has_frame_of_suite(reader);
		reader->is_whole = true;
		return;
	}
	if (reader->nr_frames == MAX_FRAMES)
		return;
	frame = &reader->frames[reader->nr_frames++];
	*frame = (struct sample_frame){ function, object, function, offset };
	/* Who calls the body is none of the benchmark's. */
	reader->is_whole = str_starts(name, "bg_body_");
}

/* "    11c0 parse+0x30 (/tmp/my.so)" */
static int read_frame(struct sample_reader *reader, const char *line, struct error *err)
{
	const char *at = line + strspn(line, " \t"), *object;
	struct costs *costs = reader->costs;
	size_t index = COSTS_NONE, len;
	uint64_t address;

	if (!take_hex(&at, &address) || *at++ != ' ' || !(object = object_begin(at)))
		return refuse_sample(reader, line, err);
	if (reader->is_whole)
		return 0;
	len = strlen(object + 2);
	len -= len && object[2 + len - 1] == ')';
	buf_clear(&reader->text);
	buf_add(&reader->text, object + 2, len);
	if (*reader->text.data == '/')
		index = cost_names_text(&costs->objects, reader->text.data);
	buf_clear(&reader->text);
	buf_add(&reader->text, at, (size_t)(object - at));
	add_frame(reader, reader->text.data, index, address);
	return 0;
}

static bool is_inside(const struct sample_reader *reader, size_t frame)
{
	for (size_t i = frame + 1; i < reader->nr_frames; i++)
		if (reader->frames[i].unlevelled == reader->frames[frame].unlevelled)
			return true;
	return false;
}

/* One that is at work already has another index, so that its time does not count twice. */
static void find_levels(struct sample_reader *reader)
{
	for (size_t i = 0; i < reader->nr_frames; i++) {
		struct sample_frame *frame = &reader->frames[i];

		if (is_inside(reader, i))
			frame->function = cost_names_again(&reader->functions, frame->unlevelled);
	}
}

static bool is_call_counted(const struct sample_reader *reader, size_t frame)
{
	for (size_t i = 0; i < frame; i++)
		if (reader->frames[i].function == reader->frames[frame].function &&
			reader->frames[i + 1].function == reader->frames[frame + 1].function)
			return true;
	return false;
}

static void add_place(struct sample_reader *reader, size_t frame, size_t called)
{
	const struct sample_frame *said = &reader->frames[frame];

	if (is_of_suite(reader, said))
		*ARRAY_ADD(reader->places) = (struct sample_place){ said->unlevelled, called,
			said->offset, reader->time_ns };
}

static void end_sample(struct sample_reader *reader)
{
	struct costs *costs = reader->costs;

	if (reader->nr_frames && !reader->is_foreign) {
		struct cost cost = { .of = { [COST_TIME] = reader->time_ns } };

		reader->nr++;
		find_levels(reader);
		cost_add(&costs->functions.items[reader->frames[0].function].own, &cost);
		add_place(reader, 0, COSTS_NONE);
		for (size_t i = 0; i + 1 < reader->nr_frames; i++)
			if (!is_call_counted(reader, i)) {
				*ARRAY_ADD(&costs->calls) =
					(struct cost_call){ reader->frames[i + 1].function,
						reader->frames[i].function, 0, cost };
				add_place(reader, i + 1, reader->frames[i].function);
			}
	}
	reader->nr_frames = 0;
	reader->is_foreign = reader->is_whole = false;
}

static void read_lost(struct sample_reader *reader, const char *line)
{
	const char *at = strstr(line, " lost ");
	uint64_t lost = 0;

	if (!at)
		return;
	for (at += 6; isdigit((unsigned char)*at) && lost < UINT32_MAX; at++)
		lost = lost * 10 + (uint64_t)(*at - '0');
	reader->nr_lost += lost;
}

static int read_sample_line(struct sample_reader *reader, const char *line, struct error *err)
{
	if (strstr(line, "PERF_RECORD_")) {
		if (strstr(line, "PERF_RECORD_MMAP"))
			read_map(reader, line);
		else if (strstr(line, "PERF_RECORD_LOST"))
			read_lost(reader, line);
		end_sample(reader);
		return 0;
	}
	if (!line[strspn(line, " \t\r")]) {
		end_sample(reader);
		return 0;
	}
	return read_frame(reader, line, err);
}

/* What was lost was like what was kept. */
static void add_lost(struct sample_reader *reader)
{
	struct costs *costs = reader->costs;
	double more = reader->nr ? (double)(reader->nr + reader->nr_lost) / (double)reader->nr : 1;

	for (size_t i = 0; i < costs->functions.nr; i++)
		costs->functions.items[i].own.of[COST_TIME] *= more;
	for (size_t i = 0; i < costs->calls.nr; i++)
		costs->calls.items[i].all.of[COST_TIME] *= more;
	for (size_t i = 0; i < reader->places->nr; i++)
		reader->places->items[i].time_ns *= more;
	costs->sample_ns = reader->time_ns * more;
	costs->nr_samples = reader->nr;
}

int samples_read(const char *text, const struct costs_of *of, struct costs *costs,
	struct sample_places *places, struct error *err)
{
	struct sample_reader *reader = mem_alloc(1, sizeof *reader);
	struct buf line = BUF_INIT_MAX(MAX_NAME_BYTES);
	int rc = 0;

	*reader = (struct sample_reader){ .costs = costs,
		.functions = { .costs = costs, .whose = of },
		.places = places,
		.time_ns = of->period_ns / (double)(of->iterations ? of->iterations : 1),
		.text = BUF_INIT };
	str_set(&costs->suite, of->suite);
	while (*text && !rc) {
		size_t len = strcspn(text, "\n");

		reader->line_nr++;
		buf_clear(&line);
		buf_add(&line, text, len);
		rc = read_sample_line(reader, line.data, err);
		text += len + (text[len] == '\n');
	}
	end_sample(reader);
	costs->has[COST_TIME] = true;
	add_lost(reader);
	costs_complete(costs);
	cost_names_release(&reader->functions);
	ARRAY_RELEASE(&reader->maps);
	buf_release(&reader->text);
	buf_release(&line);
	free(reader);
	return rc;
}
