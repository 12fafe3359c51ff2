/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of formats have in common: where values go, units, lines, members of JSON. */
#ifndef STORE_IMPORT_READING_H
#define STORE_IMPORT_READING_H

#include "base/json.h"
#include "model/run.h"
#include "store/import/format.h"
#include "store/import/tags.h"

/* A file that is being read. */
struct import {
	const struct import_input *input;
	const char *text; /* of the input, without what is no part of it */
	size_t len;
	const struct json *root;    /* of a document; NULL for lines and texts */
	struct run *run;            /* what was read so far */
	size_t process;             /* which of the processes in the file the next samples are of */
	bool is_beside;             /* the next metrics are shown, not judged */
	bool is_count;              /* they are counts */
	bool keeps_beside;          /* benchmarks of which all is shown only stay so */
	bool is_too_large;          /* something was left out */
	bool has_long_name;         /* so long that no tool gives it */
	struct error wrong;         /* the first value that is not what it must be */
	struct import_marks *marks; /* of each result: whose the samples of its metrics are */
	size_t nr_marks;
	size_t last; /* place of the result that was named last */
};

/* Each adds to a metric of a benchmark, which is made where it is new. NaN is no value and is
 * passed over; one that cannot be measured, such as a time below 0, is a fault of the benchmark. */
void import_sample(
	struct import *import, const char *benchmark, const struct metric_kind *kind, double value);
/* Each of a list of numbers, times a factor; NaN is passed over. Returns how many there are. */
size_t import_samples(struct import *import, const char *benchmark, const struct metric_kind *kind,
	const struct json *list, double factor);
void import_mean(struct import *import, const char *benchmark, const struct metric_kind *kind,
	struct digest digest);
/* The median of nr samples, which stands beside such a mean: what an iteration takes that nothing
 * disturbs. third: their third quartile; NaN: it is not known, and there is no median. */
void import_median(
	struct import *import, const char *benchmark, double median, double third, uint64_t nr);
/* low..high is where the value is in 19 of 20 cases. */
void import_interval(struct import *import, const char *benchmark, const struct metric_kind *kind,
	const double value_low_high[3]);
/* A benchmark that failed, or was passed over. */
void import_fault(
	struct import *import, const char *benchmark, enum result_word word, const char *reason);

/* Refuses the file for a value on that line, or 0 where it is not known. The first one counts. */
void import_wrong(struct import *import, size_t line, const char *what, const char *shown);
/* Which line of the text a place in it is on. */
size_t import_line_of(const struct import *import, const char *at);

/* An error where a value is wrong, or the file has more than is read. */
int import_check(const struct import *import, struct error *err);

/* When all is read: what each metric's values are follows from how many processes had them. */
void import_finish(struct import *import);
void import_release(struct import *import);

/* The benchmark of that name, which is made where it is new. */
struct result *import_result(struct import *import, const char *benchmark);

/* A unit as tools spell it: ours, what a value is to be multiplied by, and what is better. */
struct import_unit {
	const char *unit; /* "ns", "B", or what was given; borrowed */
	double factor;
	bool more_is_better; /* a rate */
};
struct import_unit import_unit(const char *said);
/* Is it one of time? */
bool import_is_time(const char *said);

/* A value in a unit that a tool has spelt: as the time of the benchmark where it is one and name is
 * NULL, else under the name. */
void import_sample_in(struct import *import, const char *benchmark, const char *name,
	const char *unit, double value);

/* The next line, without its end, in the array; false at the end. *at goes on behind it, *nr counts
 * lines from 1. A longer line is cut. */
struct import_line {
	const char *at;
	size_t nr;
	char text[4096];
};
bool import_next_line(struct import_line *line);
/* The error of a line that cannot be read; expected is one that can. */
int import_bad_line(const struct import_line *line, const char *expected, struct error *err);
/* The word at *at, and the blanks behind it, passed. A number may have thousands separators. */
bool import_take_number(const char **at, double *number);
/* Up to the next blank, in the array; false where there is none. */
bool import_take_word(const char **at, char *word, size_t room);

/* The next JSON document in the file's text, with others and lines of a log around it, the caller's
 * to free; NULL at the end, or with the error. *at goes on behind it. */
struct json *import_next_json(const struct import *import, const char **at, struct error *err);

/* What a benchmark is called that its file does not name: as the caller has it, else by the file,
 * without its folder and ending. */
const char *import_file_name(const struct import *import, char *name, size_t room);

/* Members that may be missing, of a value that may be missing or no object: NULL, NaN. */
const struct json *import_get(const struct json *object, const char *name);
const char *import_text(const struct json *object, const char *name);
/* NaN for null and the words that stand for it, too; any other value refuses the file. */
double import_number(struct import *import, const struct json *object, const char *name);
/* The value of that member, or, without a name, of a list, where NaN refuses the file; null does.
 */
double import_value(struct import *import, const char *name, const struct json *value);
/* The same of a member that must be there; `of` is whose. */
double import_needed(
	struct import *import, const struct json *object, const char *name, const char *of);
/* All of a list, or NULL: another value than a number in it refuses the file. */
const double *import_numbers(struct import *import, const struct json *list, size_t *nr);
/* NaN for an attribute that is missing, empty or "NaN"; any other that is no number refuses the
 * file. */
double import_tag_number(struct import *import, const struct tag *tag, const char *name);
const struct json *import_list(const struct json *object, const char *name);
const struct json *import_object(const struct json *object, const char *name);
/* What a list has: NULL when it is none or empty. */
const struct json *import_first(const struct json *list);

/* The run's time, as tools spell it; NULL and what cannot be read are passed over. */
void import_set_time(struct import *import, const char *said);

#endif
