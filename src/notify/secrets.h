/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets: found where the configuration says they are, when they are first needed, and then kept
 * out of whatever is printed or written. They never are arguments of a child.
 */
#ifndef NOTIFY_SECRETS_H
#define NOTIFY_SECRETS_H

#include "base/texts.h"
#include "gate/policy_keys.h"

/* All zero are none yet. */
struct secrets {
	struct texts values;
	bool only_shown; /* of what is not there SECRETS_MASK is got, with the error all the same */
};

/* The secret, borrowed from the list; NULL with the error where its variable is not set, or its
 * file is not there or may be read by others. */
const char *secrets_get(
	struct secrets *secrets, const struct secret_place *place, struct error *err);

/* The text of a file with more than a secret in it, which nobody else may read either. */
int secrets_read_file(const char *path, struct buf *text, struct error *err);
/* One that was found in such a text, borrowed from the list like the others. */
const char *secrets_add(struct secrets *secrets, const char *value);
/* A password goes over the line together with its user. */
void secrets_add_login(struct secrets *secrets, const char *user, const char *password);

/* Does what has a name of so many bytes mostly hold one? */
bool secrets_go_by(const char *name, size_t len);

/* Is a place named at all? */
bool secrets_named(const struct secret_place *place);

/* Puts SECRETS_MASK in the place of each, also as JSON, an address, a login or hexadecimal digits
 * would spell it, or backwards; of any part of 8 characters or more; and of what begins one where
 * the text was cut off. */
#define SECRETS_MASK "***"
void secrets_mask(const struct secrets *secrets, struct buf *text);

void secrets_release(struct secrets *secrets);

#endif
