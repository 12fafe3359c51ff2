/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/content.h"

#include "base/json.h"
#include "base/str.h"
#include "model/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const notice_words[] = {
	[NOTICE_NEW] = "new",
	[NOTICE_WORSE] = "worse",
	[NOTICE_ESCALATED] = "escalated",
	[NOTICE_STANDING] = "standing",
	[NOTICE_RESOLVED] = "resolved",
	NULL,
};

void notice_release(struct notice *notice)
{
	free(notice->benchmark);
	free(notice->metric);
	free(notice->tier);
	free(notice->file);
	free(notice->base);
	free(notice->branch);
	free(notice->rule);
	free(notice->text);
	free(notice->since);
	free(notice->unit);
	free(notice->advice);
	free(notice->recurs);
	*notice = (struct notice){ .kind = NOTICE_NEW };
}

struct notice notice_copy(const struct notice *notice)
{
	struct notice copy = *notice;

	copy.benchmark = str_dup(notice->benchmark);
	copy.metric = str_dup(notice->metric);
	copy.tier = str_dup(notice->tier);
	copy.file = str_dup(notice->file);
	copy.base = str_dup(notice->base);
	copy.branch = str_dup(notice->branch);
	copy.rule = str_dup(notice->rule);
	copy.text = str_dup(notice->text);
	copy.since = str_dup(notice->since);
	copy.unit = str_dup(notice->unit);
	copy.advice = str_dup(notice->advice);
	copy.recurs = str_dup(notice->recurs);
	return copy;
}

void content_add_line(const char *text, struct buf *out)
{
	struct buf line = BUF_INIT;

	for (; *text; text++)
		buf_addc(&line, strchr("\r\n\t", *text) ? ' ' : *text);
	buf_add_printable(out, line.data);
	buf_release(&line);
}

void content_add_kind(const struct notice *notice, struct buf *out)
{
	const char *urgency = urgency_words[notice->urgency];

	if (notice->kind == NOTICE_RESOLVED)
		buf_addf(out, "passes again, was %s", urgency);
	else
		buf_addf(out, "%s, %s", urgency, notice_words[notice->kind]);
}

static void content_add_part(const char *before, const char *text, struct buf *out)
{
	if (!text || !*text)
		return;
	buf_adds(out, out->len ? "; " : "");
	buf_adds(out, before);
	content_add_line(text, out);
}

void content_add_details(const struct notice *notice, struct buf *out)
{
	const char *unit = notice->unit;
	struct buf line = BUF_INIT, values = BUF_INIT;

	if (unit && isfinite(notice->current_value)) {
		if (isfinite(notice->baseline_value)) {
			buf_adds(&values, "baseline ");
			units_add(&values, notice->baseline_value, unit);
			buf_adds(&values, ", ");
		}
		buf_adds(&values, "now ");
		units_add(&values, notice->current_value, unit);
	}
	content_add_part("", notice->recurs, &line);
	content_add_part("", values.data, &line);
	content_add_part("to do: ", notice->advice, &line);
	buf_adds(out, line.data);
	buf_release(&values);
	buf_release(&line);
}

static void content_add_notice(const struct notice *notice, struct buf *out)
{
	struct buf details = BUF_INIT;

	buf_adds(out, "- ");
	content_add_kind(notice, out);
	buf_adds(out, ": ");
	content_add_line(notice->text, out);
	buf_addc(out, '\n');
	content_add_details(notice, &details);
	if (details.len)
		buf_addf(out, "  %s\n", details.data);
	buf_release(&details);
}

void content_add_text(const struct content *content, struct buf *out)
{
	buf_add_printable(out, content->title);
	buf_addc(out, '\n');
	if (content->cause)
		buf_addf(out, "%s\n", content->cause);
	for (size_t i = 0; i < content->nr; i++)
		content_add_notice(content->notices[i], out);
	if (*content->ci->job_url) {
		buf_add_printable(out, content->ci->job_url);
		buf_addc(out, '\n');
	}
}

static void write_notice(const struct notice *notice, struct json *to)
{
	json_add_text(to, "kind", notice_words[notice->kind]);
	json_add_text(to, "severity", urgency_words[notice->urgency]);
	json_add_text(to, "fingerprint", notice->fingerprint);
	json_add_text(to, "benchmark", notice->benchmark);
	json_add_text(to, "metric", notice->metric);
	json_add_text(to, "tier", notice->tier);
	json_add_text(to, "file", *notice->file ? notice->file : NULL);
	json_add_number(to, "line", notice->line ? (double)notice->line : NAN);
	json_add_text(to, "base", notice->base);
	json_add_text(to, "branch", notice->branch);
	json_add_text(to, "rule", notice->rule);
	json_add_text(to, "text", notice->text);
	json_add_text(to, "since", notice->since);
	json_add_text(to, "unit", notice->unit);
	json_add_number(to, "baseline_value", notice->baseline_value);
	json_add_number(to, "current_value", notice->current_value);
	json_add_number(to, "change_percent", notice->change_percent);
	json_add_text(to, "advice", notice->advice);
	json_add_text(to, "recurs", notice->recurs);
	json_add_number(to, "runs", (double)notice->nr_runs);
	json_add_bool(to, "better", notice->better);
}

void content_write(const struct content *content, struct json *to)
{
	struct json *alerts;

	json_add_text(to, "id", content->id);
	json_add_text(to, "title", content->title);
	json_add_text(to, "severity", urgency_words[content->urgency]);
	json_add_text(
		to, "status", content->verdict ? verdict_word_name(content->verdict->word) : NULL);
	json_add_text(to, "cause", content->cause);
	json_add_bool(to, "digest", content->is_digest);
	ci_context_write(content->ci, json_add_object(to, "occasion"));
	alerts = json_add_array(to, "alerts");
	for (size_t i = 0; i < content->nr; i++)
		write_notice(content->notices[i], json_add_object(alerts, NULL));
}
