/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks written with benchgate.h, in the process that will run them: linked in, or loaded from
 * a shared object. Each combination of argument and number of threads is a case of its own.
 */
#ifndef SUITE_NATIVE_H
#define SUITE_NATIVE_H

#include "base/buf.h"
#include "base/error.h"

#include <benchgate.h>
#include <stdbool.h>

struct native_case {
	const struct bg_bench *bench;
	struct bg_options options;
	int64_t arg;
	uint32_t nr_threads;
};

struct native {
	const struct bg_suite *suite; /* static data of its binary */
	struct native_case *items;
	size_t nr, alloc;
};

#define NATIVE_INIT \
	{ \
		.nr = 0 \
	}

/* path "": what is linked in, which may be nothing. */
int native_load(struct native *native, const char *path, struct error *err);
void native_release(struct native *native);

/* Is this a suite that we can talk to? Says what it is when not. */
int native_check(const struct bg_suite *suite, struct error *err);

/* Is every name there once? */
int native_check_names(const struct native *native, struct error *err);

void native_name(const struct native_case *item, struct buf *out);
const struct native_case *native_find(const struct native *native, const char *name);

#endif
