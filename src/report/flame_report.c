/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/flame_report.h"

#include "base/array.h"
#include "model/kept_explanation_json.h"
#include "report/escape.h"

#include <math.h>
#include <string.h>

extern const char flame_css[], flame_js[];

enum { FLAME_BASE, FLAME_HEAD, FLAME_NR_SIDES };

static const char *const side_names[] = { "base", "head" };

void flame_list_add(struct flame_list *list, const struct kept_explanation *kept)
{
	*ARRAY_ADD(list) = kept; /* NOLINT: the items are pointers */
}

void flame_list_run(const struct run *run, struct flame_list *list)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].explained)
			flame_list_add(list, run->items[i].explained);
}

static const char *stack_name(const struct kept_explanation *kept, size_t at)
{
	return kept->names.items[kept->stacks.items[at].function];
}

/* From the one below the root down to it; of the root there is none. */
static struct doubles path_of_stack(const struct kept_explanation *kept, size_t at)
{
	struct doubles path = { 0 };

	for (; at; at = kept->stacks.items[at].parent)
		*ARRAY_ADD(&path) = (double)at;
	for (size_t i = 0; i < path.nr / 2; i++) {
		double other = path.items[i];

		path.items[i] = path.items[path.nr - 1 - i];
		path.items[path.nr - 1 - i] = other;
	}
	return path;
}

/* --- stacks ------------------------------------------------------------------------------------
 */

/* A separator of the format in a name becomes another character. */
static void add_frame_name(const char *name, struct buf *out)
{
	size_t from = out->len;

	buf_add_printable(out, name);
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] == ';')
			out->data[i] = ':';
}

static void add_folded_stack(const struct kept_explanation *kept, size_t at, struct buf *out)
{
	struct doubles path = path_of_stack(kept, at);

	add_frame_name(stack_name(kept, 0), out);
	for (size_t i = 0; i < path.nr; i++) {
		buf_addc(out, ';');
		add_frame_name(stack_name(kept, (size_t)path.items[i]), out);
	}
	ARRAY_RELEASE(&path);
}

void flame_stacks(const struct flame_list *list, struct buf *out)
{
	for (size_t k = 0; k < list->nr; k++) {
		const struct kept_explanation *kept = list->items[k];

		for (size_t i = 0; i < kept->stacks.nr; i++) {
			const double *own = kept->stacks.items[i].own;
			double base = round(own[FLAME_BASE] * (double)kept->iterations);
			double head = round(own[FLAME_HEAD] * (double)kept->iterations);

			if (base < 1 && head < 1)
				continue;
			add_folded_stack(kept, i, out);
			buf_addf(out, " %.0f %.0f\n", base, head);
		}
	}
}

/* --- speedscope --------------------------------------------------------------------------------
 */

/* Frames are shared by all profiles of a file: those of a benchmark begin at `first`. */
static void add_sample(
	const struct kept_explanation *kept, size_t at, size_t first, struct json *samples)
{
	struct doubles path = path_of_stack(kept, at);

	for (size_t i = 0; i < path.nr; i++)
		path.items[i] =
			(double)(first + kept->stacks.items[(size_t)path.items[i]].function);
	json_add_numbers(samples, NULL, path.items, path.nr);
	ARRAY_RELEASE(&path);
}

static void add_speedscope_side(
	struct json *profiles, const struct kept_explanation *kept, size_t first, int side)
{
	struct json *profile = json_add_object(profiles, NULL), *samples;
	struct doubles weights = { 0 };
	struct buf name = BUF_INIT;
	double sum = 0;

	buf_addf(&name, "%s, %s", stack_name(kept, 0), side_names[side]);
	json_add_text(profile, "type", "sampled");
	json_add_text(profile, "name", name.data);
	json_add_text(profile, "unit", strcmp(kept->unit, "ns") == 0 ? "nanoseconds" : "none");
	json_add_number(profile, "startValue", 0);
	samples = json_add_array(profile, "samples");
	for (size_t i = 1; i < kept->stacks.nr; i++) {
		double own = kept->stacks.items[i].own[side];

		if (!(own > 0))
			continue;
		add_sample(kept, i, first, samples);
		*ARRAY_ADD(&weights) = own;
		sum += own;
	}
	json_add_numbers(profile, "weights", weights.items, weights.nr);
	json_add_number(profile, "endValue", sum);
	ARRAY_RELEASE(&weights);
	buf_release(&name);
}

static void add_speedscope_frames(struct json *frames, const struct kept_explanation *kept)
{
	for (size_t i = 0; i < kept->names.nr; i++) {
		struct json *frame = json_add_object(frames, NULL);

		json_add_text(frame, "name", kept->names.items[i]);
		if (*kept->files.items[i])
			json_add_text(frame, "file", kept->files.items[i]);
	}
}

void flame_speedscope(const struct flame_list *list, struct buf *out)
{
	struct json *root = json_new_object();
	struct json *frames, *profiles;
	size_t nr_frames = 0;

	json_add_text(root, "$schema", "https://www.speedscope.app/file-format-schema.json");
	json_add_text(root, "exporter", "benchgate");
	frames = json_add_array(json_add_object(root, "shared"), "frames");
	profiles = json_add_array(root, "profiles");
	for (size_t k = 0; k < list->nr; k++) {
		const struct kept_explanation *kept = list->items[k];

		add_speedscope_frames(frames, kept);
		for (int side = 0; side < FLAME_NR_SIDES; side++)
			add_speedscope_side(profiles, kept, nr_frames, side);
		nr_frames += kept->names.nr;
	}
	json_print_line(root, out);
	json_free(root);
}

/* --- the page ----------------------------------------------------------------------------------
 */

/* Inside of a script, "</" and "<!--" would end or change it. */
static void add_script_json(const struct json *json, struct buf *out)
{
	struct buf text = BUF_INIT;

	json_print_line(json, &text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '<')
			buf_adds(out, "\\u003c");
		else
			buf_addc(out, text.data[i]);
	}
	buf_release(&text);
}

static void add_flame_section(const struct kept_explanation *kept, struct buf *out)
{
	struct json *data = json_new_object();

	kept_explanation_json_add_stacks(data, kept);
	buf_adds(out, "<section class=\"flame\"><h2>");
	escape_xml(out, stack_name(kept, 0));
	buf_adds(out, "</h2>\n<p>");
	escape_xml(out, kept->summary);
	buf_adds(out, "</p>\n<script type=\"application/json\">");
	add_script_json(data, out);
	buf_adds(out, "</script></section>\n");
	json_free(data);
}

void flame_add_sections(const struct flame_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->nr; i++)
		add_flame_section(list->items[i], out);
}

void flame_html(const struct flame_list *list, struct buf *out)
{
	buf_adds(out,
		FLAME_HTML_BEGINS
		"\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>Flame graph</title>\n<style>\n");
	buf_adds(out, flame_css);
	buf_adds(out,
		"</style></head><body class=\"flame-page\"><main>\n<h1>Where the work is done</h1>\n");
	if (list->nr) {
		buf_adds(out, "<p>Base: ");
		escape_xml(out, list->items[0]->base);
		buf_adds(out, ", head: ");
		escape_xml(out, list->items[0]->head);
		buf_adds(out, "</p>\n");
	}
	flame_add_sections(list, out);
	buf_adds(out, "</main>\n<script>\n");
	buf_adds(out, flame_js);
	buf_adds(out, "drawFlames();\n</script>\n</body></html>\n");
}
