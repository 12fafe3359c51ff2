/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two result files, read at once: large ones take time, and there are two processors. */
#ifndef SESSION_READING_H
#define SESSION_READING_H

#include "model/run.h"
#include "store/result_file.h"

/* One of them; all is borrowed. */
struct reading {
	const char *path;
	const struct import_hint *hint;
	struct run *run;
	struct error err;
	int rc;
};

/* The error is the first file's where both have one. */
int reading_both(struct reading readings[2], struct error *err);

#endif
