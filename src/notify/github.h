/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check run: the verdict in the list of a commit's checks, and beside the lines it is about. */
#ifndef NOTIFY_GITHUB_H
#define NOTIFY_GITHUB_H

#include "notify/forge.h"

void github_add_check(const struct outlet *outlet, const struct news *news, const char *repository,
	struct json *acts);

#endif
