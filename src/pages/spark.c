/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/spark.h"

#include "report/escape.h"

#include <math.h>

#define MARGIN 2
#define FLAT_RATIO .02
/* Pairs of points that the width has room for. */
#define MAX_PAIRS (SPARK_WIDTH / 4)

struct frame {
	double low, high;
	size_t nr;
	bool begun;
};

static struct frame spark_frame(const struct moments *moments)
{
	struct frame frame = { INFINITY, -INFINITY, moments->nr, false };
	double middle, least;

	for (size_t i = 0; i < moments->nr; i++) {
		frame.low = fmin(frame.low, moments->items[i].value);
		frame.high = fmax(frame.high, moments->items[i].value);
	}
	middle = frame.low / 2 + frame.high / 2;
	least = FLAT_RATIO * fabs(middle);
	if (frame.high - frame.low < least) {
		frame.low = middle - least / 2;
		frame.high = middle + least / 2;
	}
	return frame;
}

static void draw_to(struct frame *frame, size_t at, double value, struct buf *out)
{
	double across = frame->nr > 1 ? (double)at / (double)(frame->nr - 1) : .5;
	double span = frame->high - frame->low;
	double up = span > 0 && isfinite(span) ? (value - frame->low) / span : .5;

	buf_addf(out, "%s%.0f %.0f", frame->begun ? "L" : "M",
		MARGIN + across * (SPARK_WIDTH - 2 * MARGIN),
		SPARK_HEIGHT - MARGIN - up * (SPARK_HEIGHT - 2 * MARGIN));
	frame->begun = true;
}

static void draw_extremes(
	struct frame *frame, const struct moments *moments, size_t from, size_t to, struct buf *out)
{
	size_t least = from, most = from;

	for (size_t i = from; i < to; i++) {
		least = moments->items[i].value < moments->items[least].value ? i : least;
		most = moments->items[i].value > moments->items[most].value ? i : most;
	}
	draw_to(frame, least < most ? least : most,
		moments->items[least < most ? least : most].value, out);
	if (least != most)
		draw_to(frame, least < most ? most : least,
			moments->items[least < most ? most : least].value, out);
}

void spark_path(const struct moments *moments, struct buf *out)
{
	struct frame frame = spark_frame(moments);
	size_t pairs = moments->nr < 2 * MAX_PAIRS ? moments->nr : MAX_PAIRS;

	for (size_t i = 0; i < pairs; i++)
		draw_extremes(&frame, moments, i * moments->nr / pairs,
			(i + 1) * moments->nr / pairs, out);
	if (moments->nr == 1)
		buf_addf(out, "h%d", 1);
}

void spark_svg(const struct moments *moments, const char *title, struct buf *out)
{
	buf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
		2 * SPARK_WIDTH, 2 * SPARK_HEIGHT, SPARK_WIDTH, SPARK_HEIGHT);
	escape_xml(out, title);
	buf_adds(out,
		"</title>\n<path fill=\"none\" stroke=\"#2563a8\" stroke-width=\"1.5\" stroke-linejoin=\"round\" d=\"");
	spark_path(moments, out);
	buf_adds(out, "\"/>\n</svg>\n");
}
