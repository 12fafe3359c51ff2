/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sandbox for a child that runs code of a suite or a build: no network, nothing that it can write
 * to but the folders that it is given, no hold on processes outside. Linux's Landlock and seccomp
 * do it, which need no rights. It may read all that we may. What it still can do is in SECURITY.md.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include "base/buf.h"
#include "base/texts.h"

#include <stdbool.h>

/* What children in it do not get; the same for all of them. */
struct sandbox {
	struct texts secrets; /* names of variables, beside those that sandbox_hides knows */
};

/* One child's place in it. */
struct sandbox_place {
	const struct sandbox *sandbox; /* NULL: it runs outside of it */
	const char *writable[2];       /* the folders that it may write to; or NULL */
};

/* Has this kernel all that is needed? It is tried out, in a child. Where not, appends why. */
bool sandbox_works(struct buf *why);

/* Between fork and exec: from here on this process and its children are in it. -1 with errno. */
int sandbox_enter(const struct sandbox_place *place);

/* Is this "NAME=value" kept from a child: a secret by its name, such as GITHUB_TOKEN? */
bool sandbox_hides(const struct sandbox *sandbox, const char *variable);

/* What to add to the reason of one that failed in it; "" where the text shows no refusal. */
const char *sandbox_hint(const char *text);

#endif
