/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of the pages themselves, built in. They load nothing from elsewhere, and no script or
 * style stands in the page. */
#ifndef PAGES_ASSETS_H
#define PAGES_ASSETS_H

#include "base/buf.h"

#include <stdbool.h>

struct asset {
	const char *name; /* of its file */
	const char *type; /* for HTTP */
	const char *text;
};

/* A name of NULL ends them; index.html is the first. */
extern const struct asset assets[];

/* What a page may load, as HTTP's Content-Security-Policy and the page's own policy say it. */
#define ASSETS_POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
	"connect-src 'self'; base-uri 'none'; form-action 'none'"

/* Appends index.html. Live: documents come from api/v1/NAME; else from data/NAME.js, scripts that
 * need no server. */
void assets_index(bool live, struct buf *out);

#endif
