/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/native.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/dynlib.h"
#include "sys/misbound.h"

#include <inttypes.h>
#include <string.h>

/* Oldest ABI that we still read; there is none before 1. */
#define OLDEST_ABI 1

int native_check(const struct bg_suite *suite, struct error *err)
{
	if (suite->magic != BG_MAGIC)
		return error_set(err, ERR_USAGE,
			"not a benchgate suite: its bg_this_suite is something else");
	if (suite->abi < OLDEST_ABI)
		return error_set(err, ERR_USAGE,
			"built with a benchgate.h that is too old (ABI %u; this program reads %d to %d): build it again",
			suite->abi, OLDEST_ABI, BG_ABI);
	if (suite->abi > BG_ABI)
		return error_set(err, ERR_USAGE,
			"built with a newer benchgate.h (ABI %u; this program reads %d to %d): use that benchgate",
			suite->abi, OLDEST_ABI, BG_ABI);
	if (suite->size_suite != sizeof(struct bg_suite) ||
		suite->size_bench != sizeof(struct bg_bench) ||
		suite->size_options != sizeof(struct bg_options) ||
		suite->size_run != sizeof(struct bg_run))
		return error_set(err, ERR_USAGE,
			"its structs do not have the sizes of ABI %d: was benchgate.h changed, or packed by a compiler flag?",
			BG_ABI);
	return 0;
}

static void add_cases(struct native *native, const struct bg_bench *bench)
{
	struct bg_options options = { .tier = "standard", .about = "" };
	uint32_t nr_args, nr_threads;

	bench->choose(&options);
	nr_args = options.nr_args ? options.nr_args : 1;
	nr_threads = options.nr_threads ? options.nr_threads : 1;
	for (uint32_t i = 0; i < nr_args * nr_threads; i++) {
		uint32_t arg = i / nr_threads, thread = i % nr_threads;
		int64_t asked = options.nr_threads ? options.threads[thread] : 1;

		*ARRAY_ADD(native) = (struct native_case){
			.bench = bench,
			.options = options,
			.arg = options.nr_args ? options.args[arg] : 0,
			.nr_threads = asked > 1 ? (uint32_t)asked : 1,
		};
	}
}

/* A case under its name, for sorting. */
struct named {
	char *name;
	const struct native_case *item;
};

static int native_by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int native_same_name(const struct named *a, const struct named *b, struct error *err)
{
	return error_set(err, ERR_USAGE,
		"two benchmarks are named %s (%s:%" PRIu64 " and %s:%" PRIu64 "): rename one",
		a->name, a->item->bench->file, a->item->bench->line, b->item->bench->file,
		b->item->bench->line);
}

int native_check_names(const struct native *native, struct error *err)
{
	struct named *all = mem_alloc(native->nr, sizeof *all);
	int rc = 0;

	for (size_t i = 0; i < native->nr; i++) {
		struct buf name = BUF_INIT;

		native_name(&native->items[i], &name);
		all[i] = (struct named){ buf_detach(&name), &native->items[i] };
	}
	qsort(all, native->nr, sizeof *all, native_by_name);
	for (size_t i = 1; i < native->nr && !rc; i++)
		if (native_by_name(&all[i - 1], &all[i]) == 0)
			rc = native_same_name(&all[i - 1], &all[i], err);
	for (size_t i = 0; i < native->nr; i++)
		free(all[i].name);
	free(all);
	return rc;
}

/* Calls of malloc and free that stay in the suite would mix with those of the C library. */
static bool is_heap(const char *name)
{
	return str_in_list(
		"malloc,calloc,realloc,free,aligned_alloc,posix_memalign,memalign,valloc", name);
}

static int refuse_misbound(const struct misbound *it, struct error *err)
{
	const char *owner = str_path_name(it->owner);
	const char *reached = *it->reached ? str_path_name(it->reached) : "the program";

	if (strcmp(it->user, it->owner) != 0)
		return error_set(err, ERR_USAGE,
			"%s calls the %s of %s, not that of %s: make the suite a program (benchgate help suites)",
			str_path_name(it->user), it->name, reached, owner);
	return error_set(err, ERR_USAGE,
		"%s has a %s of its own, but calls that of %s: %smake the suite a program (benchgate help suites)",
		owner, it->name, reached,
		is_heap(it->name) ? "" : "link it with -Wl,-Bsymbolic, or ");
}

static int load_library(struct native *native, const char *path, struct error *err)
{
	struct bg_suite *(*get)(void);
	size_t nr_before = misbound_count_loaded();
	void *library = dynlib_open(path, err);
	struct misbound misbound;

	if (!library)
		return -1;
	get = (struct bg_suite * (*)(void)) dynlib_find(library, "bg_this_suite");
	if (!get)
		return error_set(err, ERR_USAGE,
			"not a benchgate suite: no benchmark in it includes <benchgate.h>");
	if (misbound_find(library, nr_before, &misbound))
		return refuse_misbound(&misbound, err);
	native->suite = get();
	return 0;
}

int native_load(struct native *native, const char *path, struct error *err)
{
	native->suite = bg_this_suite();
	if (*path && load_library(native, path, err))
		return -1;
	if (native_check(native->suite, err))
		return -1;
	for (const struct bg_bench *bench = native->suite->first; bench; bench = bench->next)
		add_cases(native, bench);
	if (*path && !native->nr)
		return error_set(err, ERR_USAGE, "no benchmarks in it");
	return 0;
}

void native_release(struct native *native)
{
	ARRAY_RELEASE(native);
}

void native_name(const struct native_case *item, struct buf *out)
{
	buf_adds(out, item->bench->name);
	if (item->options.nr_args)
		buf_addf(out, "/%" PRId64, item->arg);
	if (item->options.nr_threads)
		buf_addf(out, "/threads:%" PRIu32, item->nr_threads);
}

const struct native_case *native_find(const struct native *native, const char *name)
{
	const struct native_case *found = NULL;
	struct buf own = BUF_INIT;

	for (size_t i = 0; i < native->nr && !found; i++) {
		/* Not every name need be spelled out: this is done in each process of measuring. */
		if (!str_starts(name, native->items[i].bench->name))
			continue;
		buf_clear(&own);
		native_name(&native->items[i], &own);
		if (strcmp(own.data, name) == 0)
			found = &native->items[i];
	}
	buf_release(&own);
	return found;
}
