/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acts on alerts as the policy file's "responses" say, after everybody was told: first on the
 * forges, with the state locked; then programs, one after the other and unlocked, for they may take
 * long; then issues get to know what these found. What is about to be done is written down before,
 * so that nothing is done twice in a row by runs that are killed.
 */
#ifndef RESPOND_RESPOND_H
#define RESPOND_RESPOND_H

#include "notify/notify.h"
#include "respond/responses.h"

struct responding {
	const struct telling *telling; /* the state is as notify_tell has left it */
	const struct responses *responses;
	const char *config; /* the policy file, for programs of our own; NULL: none */
	bool is_rerun;      /* this run was itself asked for by a response, or by hand */
};

void respond(const struct responding *responding, struct told *told);
/* What it would do. */
void respond_show(const struct responding *responding, struct told *told);

#endif
