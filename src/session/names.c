/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/names.h"

#include <stdio.h>

static void add_bench_names(const struct benches *benches, struct known_names *known)
{
	for (size_t i = 0; i < benches->nr; i++)
		known_names_add(known, benches->items[i].name, benches->items[i].tier);
}

void names_of_catalog(const struct catalog *catalog, struct known_names *known)
{
	add_bench_names(&catalog->benches, known);
	add_bench_names(&catalog->others, known);
}

void names_of_selection(
	const struct selection *selection, const struct run *base, struct known_names *known)
{
	names_of_catalog(selection->catalog, known);
	if (base)
		known_names_add_run(known, base);
	known->whole = !selection->options->suites.nr || !selection->settings->suites.nr;
}

/* Takes the lines over. */
static size_t print_warnings(const struct settings *settings, struct texts *lines)
{
	size_t nr = lines->nr;

	for (size_t i = 0; i < nr; i++) {
		struct buf out = BUF_INIT;

		buf_add_printable(&out, settings->file);
		buf_adds(&out, ": ");
		buf_add_printable(&out, lines->items[i]);
		fprintf(stderr, "benchgate: warning: %s\n", out.data);
		buf_release(&out);
	}
	texts_release(lines);
	return nr;
}

size_t names_warn(const struct settings *settings, const struct known_names *known)
{
	struct texts lines = { 0 };

	mentions_check(&settings->mentions, &settings->policy, known, &lines);
	return print_warnings(settings, &lines);
}

size_t names_warn_of_values(
	const struct settings *settings, const struct known_names *known, const struct run *run)
{
	struct texts lines = { 0 };

	mentions_check_values(&settings->mentions, known, run, &lines);
	return print_warnings(settings, &lines);
}

void names_warn_of_run(
	const struct settings *settings, const struct run *head, const struct run *base)
{
	struct known_names known = { .whole = false };

	known_names_add_run(&known, head);
	known_names_add_run(&known, base);
	names_warn(settings, &known);
	names_warn_of_values(settings, &known, head);
	known_names_release(&known);
}
