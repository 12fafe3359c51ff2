/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds of any bytes as a large JSON text: json_parse takes what json_large_parse takes, with
 * the same values, and a run is read from both, or refused, with the same words. Where it does not
 * hold, the program is aborted.
 */
#ifndef FUZZ_JSON_LARGE_H
#define FUZZ_JSON_LARGE_H

#include "base/json.h"
#include "base/mem.h"
#include "model/run_json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void json_large_check(bool is_so, const char *what, const char *text)
{
	if (is_so)
		return;
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* -0 is not 0. */
static inline bool json_large_same_number(double a, double b)
{
	return !(a < b) && !(a > b) && !signbit(a) == !signbit(b);
}

static inline bool json_large_same_numbers(const struct json *a, const struct json *b)
{
	size_t nr_a = 0, nr_b = 0;
	const double *block_a = json_numbers(a, &nr_a), *block_b = json_numbers(b, &nr_b);

	if (!block_a != !block_b || nr_a != nr_b)
		return false;
	for (size_t i = 0; block_a && block_b && i < nr_a; i++)
		if (!json_large_same_number(block_a[i], block_b[i]))
			return false;
	return true;
}

static inline bool json_large_same_tree(const struct json *a, const struct json *b)
{
	enum json_type type = json_type(a);

	if (type != json_type(b) || (type == JSON_BOOL && json_bool(a) != json_bool(b)))
		return false;
	if (type == JSON_TEXT)
		return strcmp(json_text(a), json_text(b)) == 0;
	if (type == JSON_NUMBER)
		return json_large_same_number(json_number(a), json_number(b));
	if (type < JSON_ARRAY)
		return true;
	if (!json_large_same_numbers(a, b))
		return false;
	for (a = json_first(a), b = json_first(b); a && b; a = json_next(a), b = json_next(b)) {
		if (!json_name(a) != !json_name(b) ||
			(json_name(a) && strcmp(json_name(a), json_name(b)) != 0))
			return false;
		if (!json_large_same_tree(a, b))
			return false;
	}
	return !a && !b;
}

/* The run that a tree is, or why it is none. */
static inline void json_large_tell_run(const struct json *root, struct buf *told)
{
	struct run run = RUN_INIT;
	struct error err = ERROR_INIT;

	if (run_json_read_tree(root, &run, &err))
		buf_adds(told, err.text);
	else
		run_json_print(&run, told);
	run_release(&run);
}

/* Was it taken as it is? */
static inline bool json_large_holds(const void *bytes, size_t len)
{
	char *text = mem_copy(bytes, len);
	struct json *large = json_large_parse(text, len), *whole;
	struct buf of_large = BUF_INIT, of_whole = BUF_INIT;
	struct error err = ERROR_INIT;
	bool taken = false;

	if (large) {
		json_large_tell_run(large, &of_large);
		taken = json_large_is_json(large);
	}
	if (taken) {
		whole = json_parse(text, len, &err);
		json_large_check(whole, err.text, text);
		json_large_tell_run(whole, &of_whole);
		json_large_check(strcmp(of_large.data, of_whole.data) == 0, "another run", text);
		json_large_check(json_large_same_tree(whole, large), "another value", text);
		json_free(whole);
	}
	json_free(large);
	buf_release(&of_large);
	buf_release(&of_whole);
	free(text);
	return taken;
}

#endif
