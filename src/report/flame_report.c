/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/flame_report.h"

#include "base/array.h"
#include "base/json.h"
#include "explain/flame.h"
#include "report/escape.h"
#include "report/explanation_words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

extern const char flame_css[], flame_js[];

static struct flame flame_of(const struct explain_subject *subject)
{
	return flame_make(&subject->explanation,
		(const struct costs *const[NR_SIDES]){
			&subject->costs[SIDE_BASE], &subject->costs[SIDE_HEAD] });
}

static const char *node_name(const struct explain_subject *subject, const struct flame_node *node)
{
	return node->function == COSTS_NONE
		? subject->name
		: subject->explanation.functions.items[node->function].name;
}

/* --- stacks ------------------------------------------------------------------------------------
 */

/* From the root; a separator of the format in a name becomes another character. */
static void add_stack(const struct explain_subject *subject, const struct flame *flame, size_t at,
	struct buf *out)
{
	const struct flame_node *node = &flame->items[at];
	struct buf name = BUF_INIT;

	if (node->parent != COSTS_NONE) {
		add_stack(subject, flame, node->parent, out);
		buf_addc(out, ';');
	}
	buf_add_printable(&name, node_name(subject, node));
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] == ';')
			name.data[i] = ':';
	buf_adds(out, name.data);
	buf_release(&name);
}

static double all_iterations(const struct explain_subject *subject, double value)
{
	return round(value * (double)subject->iterations);
}

void flame_stacks(const struct explain_account *account, struct buf *out)
{
	for (size_t k = 0; k < account->subjects.nr; k++) {
		const struct explain_subject *subject = &account->subjects.items[k];
		struct flame flame;

		if (subject->trouble)
			continue;
		flame = flame_of(subject);
		for (size_t i = 0; i < flame.nr; i++) {
			double base = all_iterations(subject, flame.items[i].own[SIDE_BASE]);
			double head = all_iterations(subject, flame.items[i].own[SIDE_HEAD]);

			if (base < 1 && head < 1)
				continue;
			add_stack(subject, &flame, i, out);
			buf_addf(out, " %.0f %.0f\n", base, head);
		}
		flame_release(&flame);
	}
}

/* --- speedscope --------------------------------------------------------------------------------
 */

static void add_sample(const struct flame *flame, size_t at, struct json *samples)
{
	struct doubles stack = { 0 };

	for (; flame->items[at].function != COSTS_NONE; at = flame->items[at].parent)
		*ARRAY_ADD(&stack) = (double)flame->items[at].function;
	for (size_t i = 0; i < stack.nr / 2; i++) {
		double other = stack.items[i];

		stack.items[i] = stack.items[stack.nr - 1 - i];
		stack.items[stack.nr - 1 - i] = other;
	}
	json_add_numbers(samples, NULL, stack.items, stack.nr);
	ARRAY_RELEASE(&stack);
}

static void add_speedscope_side(struct json *profiles, const struct explain_subject *subject,
	const struct flame *flame, enum explanation_side side)
{
	struct json *profile = json_add_object(profiles, NULL), *samples;
	struct doubles weights = { 0 };
	struct buf name = BUF_INIT;
	double sum = 0;

	buf_addf(&name, "%s, %s", subject->name, side == SIDE_BASE ? "base" : "head");
	json_add_text(profile, "type", "sampled");
	json_add_text(profile, "name", name.data);
	json_add_text(profile, "unit", "none");
	json_add_number(profile, "startValue", 0);
	samples = json_add_array(profile, "samples");
	for (size_t i = 1; i < flame->nr; i++) {
		if (!(flame->items[i].own[side] > 0))
			continue;
		add_sample(flame, i, samples);
		*ARRAY_ADD(&weights) = flame->items[i].own[side];
		sum += flame->items[i].own[side];
	}
	json_add_numbers(profile, "weights", weights.items, weights.nr);
	json_add_number(profile, "endValue", sum);
	ARRAY_RELEASE(&weights);
	buf_release(&name);
}

/* Frames are shared by all profiles of a file: one file is of one subject, the first that has any.
 */
void flame_speedscope(const struct explain_account *account, struct buf *out)
{
	struct json *root = json_new_object();
	struct json *frames, *profiles;

	json_add_text(root, "$schema", "https://www.speedscope.app/file-format-schema.json");
	json_add_text(root, "exporter", "benchgate");
	frames = json_add_array(json_add_object(root, "shared"), "frames");
	profiles = json_add_array(root, "profiles");
	for (size_t k = 0; k < account->subjects.nr; k++) {
		const struct explain_subject *subject = &account->subjects.items[k];
		struct flame flame;

		if (subject->trouble)
			continue;
		for (size_t i = 0; i < subject->explanation.functions.nr; i++) {
			const struct explained_function *function =
				&subject->explanation.functions.items[i];
			struct json *frame = json_add_object(frames, NULL);

			json_add_text(frame, "name", function->name);
			if (function->file)
				json_add_text(frame, "file", function->file);
		}
		flame = flame_of(subject);
		add_speedscope_side(profiles, subject, &flame, SIDE_BASE);
		add_speedscope_side(profiles, subject, &flame, SIDE_HEAD);
		flame_release(&flame);
		break;
	}
	json_print_line(root, out);
	json_free(root);
}

/* --- the page ----------------------------------------------------------------------------------
 */

static void add_node_json(struct json *list, const struct explain_subject *subject,
	const struct flame *flame, size_t at)
{
	const struct flame_node *node = &flame->items[at];
	struct json *to = json_add_object(list, NULL), *children;

	json_add_text(to, "n", node_name(subject, node));
	if (node->function != COSTS_NONE)
		json_add_text(to, "f", subject->explanation.functions.items[node->function].file);
	json_add_number(to, "b", node->value[SIDE_BASE]);
	json_add_number(to, "h", node->value[SIDE_HEAD]);
	if (node->child == COSTS_NONE)
		return;
	children = json_add_array(to, "c");
	for (size_t child = node->child; child != COSTS_NONE; child = flame->items[child].next)
		add_node_json(children, subject, flame, child);
}

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

static void add_flame_section(const struct explain_subject *subject, struct buf *out)
{
	struct json *list = json_new_array();
	struct flame flame = flame_of(subject);
	struct buf summary = BUF_INIT;

	buf_adds(out, "<section class=\"flame\"><h2>");
	escape_xml(out, subject->name);
	buf_adds(out, "</h2>\n<p>");
	explanation_words_summary(&subject->explanation, &summary);
	escape_xml(out, summary.data);
	buf_adds(out, "</p>\n<script type=\"application/json\">");
	add_node_json(list, subject, &flame, 0);
	json_add_text(list, NULL, cost_event_units[costs_main(&subject->costs[SIDE_HEAD])]);
	add_script_json(list, out);
	buf_adds(out, "</script></section>\n");
	buf_release(&summary);
	flame_release(&flame);
	json_free(list);
}

void flame_add_sections(const struct explain_account *account, struct buf *out)
{
	for (size_t i = 0; i < account->subjects.nr; i++)
		if (!account->subjects.items[i].trouble)
			add_flame_section(&account->subjects.items[i], out);
}

void flame_html(const struct explain_account *account, struct buf *out)
{
	buf_adds(out,
		FLAME_HTML_BEGINS
		"\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>Flame graph</title>\n<style>\n");
	buf_adds(out, flame_css);
	buf_adds(out,
		"</style></head><body class=\"flame-page\"><main>\n<h1>Where the work is done</h1>\n<p>Base: ");
	escape_xml(out, account->said[SIDE_BASE]);
	buf_adds(out, ", head: ");
	escape_xml(out, account->said[SIDE_HEAD]);
	buf_adds(out, "</p>\n");
	flame_add_sections(account, out);
	buf_adds(out, "</main>\n<script>\n");
	buf_adds(out, flame_js);
	buf_adds(out, "</script>\n</body></html>\n");
}
