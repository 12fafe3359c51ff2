/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of the pages themselves, built in. They load nothing from elsewhere, and no script or
 * style stands in the page. */
#ifndef PAGES_ASSETS_H
#define PAGES_ASSETS_H

#include "base/buf.h"

#include <stdint.h>

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

/* Append index.html. Of a site, documents come from data/NAME.js, scripts that need no server, and
 * levels and values are there of so many runs; of a server, they come from api/v1/NAME. */
void assets_site_index(uint64_t nr_levels, uint64_t nr_values, struct buf *out);
void assets_live_index(struct buf *out);

#endif
