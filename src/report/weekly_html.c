/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report over a time as a page that loads nothing and runs nothing: a picture of its history
 * stands beside each line. */
#include "base/version.h"
#include "report/escape.h"
#include "report/weekly.h"

#include <math.h>
#include <string.h>

/* A file of assets/, built in. */
extern const char report_css[];

#define PICTURE_WIDTH 240
#define PICTURE_HEIGHT 44
#define MARGIN 4
#define MAX_DRAWN 90

static void add_page_head(const struct weekly *weekly, struct buf *out)
{
	buf_adds(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n");
	buf_addf(out, "<title>Performance: %.10s to %.10s</title>\n<style>\n", weekly->since,
		weekly->until);
	buf_adds(out, report_css);
	buf_adds(out,
		".weekly { list-style: none; padding: 0; }\n"
		".weekly li { display: flex; gap: 1rem; align-items: center; padding: .5rem 0; border-top: 1px solid var(--line); }\n"
		".weekly svg { flex: none; }\n"
		".weekly p { margin: 0; }\n"
		"@media (max-width: 40rem) { .weekly li { flex-wrap: wrap; } }\n");
	buf_addf(out, "</style>\n</head>\n<body>\n<main>\n<h1>Performance: %.10s to %.10s</h1>\n",
		weekly->since, weekly->until);
}

struct frame {
	const struct past *past;
	size_t from; /* the first point drawn */
	double low, high;
};

static struct frame frame_of(const struct past *past)
{
	struct frame frame = { past, past->points.nr > MAX_DRAWN ? past->points.nr - MAX_DRAWN : 0,
		INFINITY, -INFINITY };

	for (size_t i = frame.from; i < past->points.nr; i++) {
		frame.low = fmin(frame.low, past->points.items[i].value);
		frame.high = fmax(frame.high, past->points.items[i].value);
	}
	/* What is within 2 % is flat. */
	frame.high = fmax(frame.high, frame.low + .02 * fabs(frame.low));
	return frame;
}

static double x_of(const struct frame *frame, double at)
{
	double nr = (double)(frame->past->points.nr - frame->from);

	return MARGIN + (at - (double)frame->from + .5) / nr * (PICTURE_WIDTH - 2 * MARGIN);
}

static double y_of(const struct frame *frame, double value)
{
	double span = frame->high - frame->low;

	return PICTURE_HEIGHT - MARGIN -
		(span > 0 ? (value - frame->low) / span : .5) * (PICTURE_HEIGHT - 2 * MARGIN);
}

static void draw_since(const struct weekly *weekly, const struct frame *frame, struct buf *out)
{
	const struct past_points *points = &frame->past->points;
	size_t at = frame->from;

	while (at < points->nr && strcmp(points->items[at].time, weekly->since) < 0)
		at++;
	if (at < points->nr)
		buf_addf(out,
			"<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\" fill=\"var(--raised)\"/>",
			x_of(frame, (double)at - .5), PICTURE_WIDTH - x_of(frame, (double)at - .5),
			PICTURE_HEIGHT);
}

static void draw_level(
	const struct frame *frame, double from, double to, const double levels[2], struct buf *out)
{
	buf_addf(out,
		"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"var(--head)\" stroke-width=\"2\"/>",
		x_of(frame, from), y_of(frame, levels[0]), x_of(frame, to), y_of(frame, levels[1]));
}

static void draw_changes(const struct frame *frame, struct buf *out)
{
	const struct changepoints *changes = &frame->past->changes;

	for (size_t i = 0; i < changes->nr; i++) {
		const struct changepoint *change = &changes->items[i];
		bool steps = change->kind == CHANGE_STEP;
		double start = (double)frame->from;

		if (change->at <= frame->from)
			continue;
		if (i && (double)changes->items[i - 1].at > start)
			start = (double)changes->items[i - 1].at;
		if (steps)
			draw_level(frame, start, (double)change->at - 1,
				(const double[]){ change->before, change->before }, out);
		draw_level(frame, (double)change->at, (double)change->end - 1,
			(const double[]){ steps ? change->after : change->before, change->after },
			out);
	}
}

/* Shown to who sees it; the sentence beside it says the same. */
static void draw_past(const struct weekly *weekly, const struct past *past, struct buf *out)
{
	struct frame frame = frame_of(past);

	buf_addf(out, "<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\">",
		PICTURE_WIDTH, PICTURE_HEIGHT, PICTURE_WIDTH, PICTURE_HEIGHT);
	draw_since(weekly, &frame, out);
	for (size_t i = frame.from; i < past->points.nr; i++)
		buf_addf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.5\" fill=\"var(--base)\"/>",
			x_of(&frame, (double)i), y_of(&frame, past->points.items[i].value));
	draw_changes(&frame, out);
	buf_adds(out, "</svg>\n");
}

static void html_line(const struct weekly *weekly, const struct weekly_line *line, struct buf *out)
{
	buf_adds(out, "<li>");
	if (line->series)
		draw_past(weekly, &line->series->past, out);
	buf_adds(out, "<p>");
	if (line->name) {
		buf_adds(out, "<b>");
		escape_xml(out, line->name);
		buf_adds(out, "</b>: ");
	}
	escape_xml(out, line->text);
	if (line->command) {
		buf_adds(out, "<br><code>");
		escape_xml(out, line->command);
		buf_adds(out, "</code>");
	}
	buf_adds(out, "</p></li>\n");
}

static void html_section(
	const struct weekly *weekly, const struct weekly_section *section, struct buf *out)
{
	buf_addf(out, "<section>\n<h2>%s</h2>\n", section->title);
	if (section->nr) {
		buf_adds(out, "<ul class=\"weekly\">\n");
		for (size_t i = 0; i < section->nr; i++)
			html_line(weekly, &section->items[i], out);
		buf_adds(out, "</ul>\n");
	} else {
		buf_addf(out, "<p>%s</p>\n", section->none);
	}
	buf_adds(out, "</section>\n");
}

void weekly_html(const struct weekly *weekly, struct buf *out)
{
	struct weekly_report report = weekly_report_of(weekly);

	add_page_head(weekly, out);
	for (int part = 0; part < WEEKLY_NR_PARTS; part++)
		html_section(weekly, &report.parts[part], out);
	buf_addf(out, "</main>\n<footer>Made by benchgate %s.</footer>\n</body>\n</html>\n",
		BENCHGATE_VERSION);
	weekly_report_release(&report);
}
