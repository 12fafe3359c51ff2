/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of recorded acceptances: it lies beside the baselines and is reviewed like them. */
#ifndef STORE_ACCEPTANCES_H
#define STORE_ACCEPTANCES_H

#include "base/buf.h"
#include "base/error.h"
#include "model/acceptance.h"

#define ACCEPTANCES_VERSION 1

/* As the file has them. */
void acceptances_print(const struct acceptances *acceptances, struct buf *out);
/* Into an empty list, which then holds what was read, an error or not. The error names the place in
 * the text. */
int acceptances_parse(
	const char *text, size_t len, struct acceptances *acceptances, struct error *err);

/* Into an empty list; a missing file leaves it so. The error names the file and the place. */
int acceptances_read(const char *path, struct acceptances *acceptances, struct error *err);

/* Makes the folder when it is missing. */
int acceptances_write(const char *path, const struct acceptances *acceptances, struct error *err);

/* Text of the schema. */
extern const char accepted_schema_json[];

#endif
