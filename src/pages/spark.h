/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures of a series: the course of its values without axes. */
#ifndef PAGES_SPARK_H
#define PAGES_SPARK_H

#include "base/buf.h"
#include "store/series.h"

/* The picture is so large; a browser may stretch it. */
#define SPARK_WIDTH 120
#define SPARK_HEIGHT 28

/* Appends the path of an SVG. Many values are thinned: of those of two columns, the least and the
 * largest stay. What is within 2 % is flat. */
void spark_path(const struct moments *moments, struct buf *out);

/* Appends a whole SVG file, with a title for who cannot see it. */
void spark_svg(const struct moments *moments, const char *title, struct buf *out);

#endif
