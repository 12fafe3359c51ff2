/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/assets.h"

#include <inttypes.h>
#include <string.h>

extern const char index_html[];
extern const char app_css[];
extern const char app_js[];
extern const char people_js[];
extern const char overview_js[];
extern const char zoom_js[];
extern const char series_js[];
extern const char runs_js[];
extern const char compare_js[];
extern const char live_js[];
extern const char explained_js[];
extern const char flame_css[];
extern const char flame_js[];
extern const char uplot_css[];
extern const char uplot_js[];
extern const char uplot_LICENSE[];

#define CSS "text/css; charset=utf-8"
#define JS "text/javascript; charset=utf-8"

const struct asset assets[] = {
	{ "index.html", "text/html; charset=utf-8", index_html },
	{ "app.css", CSS, app_css },
	{ "app.js", JS, app_js },
	{ "people.js", JS, people_js },
	{ "overview.js", JS, overview_js },
	{ "zoom.js", JS, zoom_js },
	{ "series.js", JS, series_js },
	{ "runs.js", JS, runs_js },
	{ "compare.js", JS, compare_js },
	{ "live.js", JS, live_js },
	{ "explained.js", JS, explained_js },
	{ "flame.css", CSS, flame_css },
	{ "flame.js", JS, flame_js },
	{ "uplot.css", CSS, uplot_css },
	{ "uplot.js", JS, uplot_js },
	{ "uplot.LICENSE", "text/plain; charset=utf-8", uplot_LICENSE },
	{ NULL, NULL, NULL },
};

#define SOURCE "data-source=\"static\""

static void add_index(const char *source, struct buf *out)
{
	const char *at = strstr(index_html, SOURCE);

	buf_add(out, index_html, (size_t)(at - index_html));
	buf_adds(out, source);
	buf_adds(out, at + strlen(SOURCE));
}

void assets_site_index(uint64_t nr_levels, uint64_t nr_values, struct buf *out)
{
	struct buf source = BUF_INIT;

	buf_addf(&source, SOURCE " data-runs=\"%" PRIu64 "\" data-values=\"%" PRIu64 "\"",
		nr_levels, nr_values);
	add_index(source.data, out);
	buf_release(&source);
}

void assets_live_index(struct buf *out)
{
	add_index("data-source=\"live\"", out);
}
