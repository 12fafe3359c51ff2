/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings, on standard error, of names in the policy file that nothing has. */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include "session/measure.h"

/* The suites of the selection, and the base's run or NULL. Suites that stand in for the policy
 * file's are not the whole. */
void names_of_selection(
	const struct selection *selection, const struct run *base, struct known_names *known);
void names_of_catalog(const struct catalog *catalog, struct known_names *known);

/* Before measuring, and after it; how many warnings there are. */
size_t names_warn(const struct settings *settings, const struct known_names *known);
size_t names_warn_of_values(
	const struct settings *settings, const struct known_names *known, const struct run *run);

/* Both, of what was measured before; a base without results is none. */
void names_warn_of_run(
	const struct settings *settings, const struct run *head, const struct run *base);

#endif
