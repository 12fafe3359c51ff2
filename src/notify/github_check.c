/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/github.h"

#include "base/str.h"
#include "report/describe.h"
#include "report/formats.h"
#include "report/group.h"

#include <string.h>

/* GitHub's, in characters. */
#define MAX_TITLE 255
#define MAX_MESSAGE 60000

/* NULL: nothing is to be said beside the source. */
static const char *level_of(const struct verdict *verdict, const struct comparison *comparison)
{
	enum action action = verdict_action(verdict, comparison);

	if (action == ACTION_FAIL)
		return "failure";
	if (action == ACTION_WARN || comparison->word == VERDICT_ACCEPTED)
		return "warning";
	return comparison->word == VERDICT_IMPROVEMENT ? "notice" : NULL;
}

/* From the repository's top, where GitHub knows it; NULL where it does not lie in there. */
static const char *path_of(const struct occasion *occasion, const struct result *result)
{
	const char *file = result->file ? result->file : "";
	size_t len = strlen(occasion->folder);

	if (len && strncmp(file, occasion->folder, len) == 0 && file[len] == '/')
		file += len + 1;
	while (str_starts(file, "./"))
		file += 2;
	if (!*file || *file == '/' || str_starts(file, "../") || strstr(file, "/../"))
		return NULL;
	return file;
}

static void add_title(const struct comparison *comparison, struct json *to)
{
	struct buf all = BUF_INIT, title = BUF_INIT_MAX(MAX_TITLE);

	buf_addf(&all, "%s: ", verdict_word_name(comparison->word));
	verdict_add_name(comparison, &all);
	for (size_t at = 0, len; (len = str_utf8_len(all.data + at)) && !title.full; at += len)
		buf_add(&title, all.data + at, len);
	json_add_text(to, "title", title.data);
	buf_release(&title);
	buf_release(&all);
}

static void add_message(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	struct buf text = BUF_INIT, mend = BUF_INIT;

	verdict_add_name(comparison, &text);
	buf_adds(&text, ": ");
	describe_reason(verdict, comparison, &text);
	describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(&text, "; %s", mend.data);
	if (text.len > MAX_MESSAGE)
		text.data[MAX_MESSAGE] = '\0';
	json_add_text(to, "message", text.data);
	buf_release(&mend);
	buf_release(&text);
}

/* A benchmark is annotated once, with what says most of it. */
static void add_annotations(const struct news *news, struct json *to)
{
	struct group group = GROUP_START;

	while (group_next(news->verdict, &group)) {
		const struct result *result = describe_result(group.worst);
		const char *level = level_of(news->verdict, group.worst),
			   *path = path_of(news->occasion, result);
		double line = result->line ? (double)result->line : 1;
		struct json *annotation;

		if (!level || !path)
			continue;
		annotation = json_add_object(to, NULL);
		json_add_text(annotation, "path", path);
		json_add_number(annotation, "start_line", line);
		json_add_number(annotation, "end_line", line);
		json_add_text(annotation, "annotation_level", level);
		add_title(group.worst, annotation);
		add_message(news->verdict, group.worst, annotation);
	}
}

static void add_output(const struct verdict *verdict, struct json *to)
{
	struct buf text = BUF_INIT;

	forge_add_line(verdict, &text);
	json_add_text(to, "title", text.data);
	buf_clear(&text);
	markdown_report(verdict, &text);
	json_add_text(to, "summary", text.data);
	buf_release(&text);
}

void github_add_check(const struct outlet *outlet, const struct news *news, const char *repository,
	struct json *acts)
{
	static const char *const conclusions[] = {
		[ACTION_PASS] = "success", [ACTION_WARN] = "neutral", [ACTION_FAIL] = "failure"
	};
	const struct occasion *occasion = news->occasion;
	struct json *act = forge_add_act(acts, "check run", "checks: write"), *sent;

	forge_add_path(act, "path", "/repos/%s/check-runs", repository);
	sent = json_add_object(act, "json");
	json_add_text(sent, "name", forge_settings(outlet)->context);
	json_add_text(sent, "head_sha", occasion->commit);
	json_add_text(sent, "status", "completed");
	json_add_text(sent, "conclusion", conclusions[forge_action(news->verdict)]);
	if (*occasion->job_url)
		json_add_text(sent, "details_url", occasion->job_url);
	add_output(news->verdict, json_add_object(act, "output"));
	add_annotations(news, json_add_array(act, "annotations"));
}
