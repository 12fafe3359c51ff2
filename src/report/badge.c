/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/badge.h"

#include "base/json.h"
#include "gate/past.h"
#include "model/units.h"
#include "report/formats.h"
#include "report/tally.h"

#include <math.h>
#include <string.h>

#define LABEL "performance"
/* Of a letter in the badge's font, about; and to the left and right of a text. */
#define LETTER_PX 7
#define PAD_PX 10

/* Name for shields.io, and the colour itself: dark enough for white letters. */
struct color {
	const char *name, *rgb;
};

static struct color color_of(enum verdict_word word)
{
	static const struct color colors[VERDICT_NR_WORDS] = {
		[VERDICT_PASS] = { "brightgreen", BADGE_GREEN },
		[VERDICT_REGRESSION] = { "red", BADGE_RED },
		[VERDICT_MISSING] = { "red", BADGE_RED },
		[VERDICT_FAILED] = { "red", BADGE_RED },
	};
	static const struct color others[] = { { "yellow", "#8a6100" },
		{ "lightgrey", "#5c5c5c" } };

	return colors[word].name ? colors[word] : others[word == VERDICT_NEW];
}

/* The fastest creep, if there is one: what passes now may not pass for long. */
static void add_trend(const struct verdict *verdict, struct buf *out)
{
	const struct past *worst = NULL;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct past *past = verdict->items[i].past;

		if (past && past->creeps &&
			(!worst || fabs(past->trend.slope) > fabs(worst->trend.slope)))
			worst = past;
	}
	if (!worst)
		return;
	buf_adds(out, ", ");
	units_add_change(out, expm1(worst->trend.slope));
	buf_adds(out, " a week");
}

/* "pass", "2 regressions", "inconclusive"; "pass, +2.1 % a week" */
static void badge_add_message(const struct verdict *verdict, struct buf *out)
{
	size_t nr = tally_of(verdict).words[VERDICT_REGRESSION];
	size_t start = out->len;

	if (verdict->word == VERDICT_REGRESSION && nr) {
		buf_addf(out, "%zu regression%s", nr, nr == 1 ? "" : "s");
		return;
	}
	buf_adds(out, verdict_word_name(verdict->word));
	add_trend(verdict, out);
	for (char *at = out->data + start; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
}

static size_t width_of(const char *text)
{
	return strlen(text) * LETTER_PX + 2 * PAD_PX;
}

static void add_half(struct buf *out, size_t x, const char *text, const char *rgb)
{
	size_t width = width_of(text);

	buf_addf(out, "\t<rect x=\"%zu\" width=\"%zu\" height=\"20\" fill=\"%s\"/>\n", x, width,
		rgb);
	buf_addf(out, "\t<text x=\"%zu\" y=\"14\" textLength=\"%zu\">%s</text>\n", x + PAD_PX,
		width - 2 * PAD_PX, text);
}

void badge_draw(const char *label, const char *message, const char *rgb, struct buf *out)
{
	size_t left = width_of(label), width = left + width_of(message);

	buf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"20\" role=\"img\" aria-label=\"%s: %s\">\n",
		width, label, message);
	buf_addf(out, "\t<title>%s: %s</title>\n", label, message);
	buf_adds(out,
		"\t<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n");
	add_half(out, 0, label, "#444");
	add_half(out, left, message, rgb);
	buf_adds(out, "\t</g>\n</svg>\n");
}

void badge_svg(const struct verdict *verdict, struct buf *out)
{
	struct buf message = BUF_INIT;

	badge_add_message(verdict, &message);
	badge_draw(LABEL, message.data, color_of(verdict->word).rgb, out);
	buf_release(&message);
}

void badge_json(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object();
	struct buf message = BUF_INIT;

	badge_add_message(verdict, &message);
	json_add_number(root, "schemaVersion", 1);
	json_add_text(root, "label", LABEL);
	json_add_text(root, "message", message.data);
	json_add_text(root, "color", color_of(verdict->word).name);
	json_print(root, out);
	json_free(root);
	buf_release(&message);
}
