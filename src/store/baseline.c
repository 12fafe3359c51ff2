/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/baseline.h"

#include "base/date.h"
#include "base/str.h"
#include "store/session.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_BYTES (256u << 20)
#define MAX_CPU_LETTERS 48

/* What a processor's name says without telling it from another. */
static bool is_noise(const char *word, size_t len)
{
	static const char *const noise[] = { "r", "tm", "c", "cpu", "processor", NULL };

	for (size_t i = 0; noise[i]; i++)
		if (strlen(noise[i]) == len && strncasecmp(word, noise[i], len) == 0)
			return true;
	return false;
}

static bool baseline_is_plain(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The words of a text in small letters, joined by dashes. */
static void baseline_add_words(const char *text, size_t max, struct buf *out)
{
	size_t start = out->len, len;

	for (; *text; text += len) {
		for (len = 0; baseline_is_plain(text[len]);)
			len++;
		if (out->len - start + len > max)
			break;
		if (len && !is_noise(text, len)) {
			if (out->len > start)
				buf_addc(out, '-');
			for (size_t i = 0; i < len; i++)
				buf_addc(out, (char)tolower((unsigned char)text[i]));
		}
		len += !len;
	}
	if (out->len == start)
		buf_adds(out, "unknown");
}

void baseline_file_name(const struct env *env, struct buf *out)
{
	static const enum env_id parts[] = { ENV_ARCH, ENV_OS, ENV_CPU };
	char machine[ENV_MACHINE_MAX];

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *value = env->values[parts[i]] ? env->values[parts[i]] : "";
		char *named = mem_copy(value, strcspn(value, "@")); /* what follows is its clock */

		baseline_add_words(named, MAX_CPU_LETTERS, out);
		buf_addc(out, '-');
		free(named);
	}
	env_machine(env, machine);
	buf_addf(out, "%s.json", machine);
}

int baseline_read(const char *path, struct run *baseline, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = file_read(path, MAX_BYTES, &text, err);

	if (!rc && (rc = baseline_parse(text.data, text.len, baseline, err)))
		error_wrap(err, "%s", path);
	buf_release(&text);
	return rc;
}

int baseline_write(const char *path, const struct run *baseline, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc = folder_make_parents(path, err);

	if (!rc)
		rc = file_new_open(&file, path, err);
	if (!rc) {
		baseline_print(baseline, &text);
		rc = file_new_commit(&file, &text, err);
	}
	buf_release(&text);
	return rc;
}

static bool has_values(const struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		if (session_is_possible(&result->metrics.items[i]))
			return true;
	return false;
}

static void baseline_describe(struct result *base, const struct result *head)
{
	str_set(&base->tier, head->tier);
	str_set(&base->suite, head->suite);
	str_set(&base->file, head->file);
	base->line = head->line;
	base->nr_threads = head->nr_threads;
	base->pace = head->pace;
	base->clock_ns = head->clock_ns;
	base->spent_ns = head->spent_ns;
	base->bytes = head->bytes;
	base->items = head->items;
}

/* The metrics of a benchmark have their sessions' names in common. */
static bool baseline_is_taken(const struct result *result, const char *timestamp)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		if (session_is_taken(&result->metrics.items[i], timestamp))
			return true;
	return false;
}

/* NULL when there is none, or one that means something else. */
static const struct metric *find_like(const struct metrics *metrics, const struct metric *metric)
{
	const struct metric *found = metrics_find(metrics, metric->name);

	return found && found->more_is_better == metric->more_is_better &&
			found->basis == metric->basis && strcmp(found->unit, metric->unit) == 0
		? found
		: NULL;
}

static void copy_sessions(struct metric *to, const struct metric *from)
{
	const double *values = from->values.items;

	for (size_t i = 0; i < from->sessions.nr; i++) {
		const struct session *session = &from->sessions.items[i];

		if (session->digest.nr)
			session_insert_digest(to, session->timestamp, session->digest);
		else
			session_insert(to, session->timestamp, values, session->nr_values);
		values += session->nr_values;
	}
}

static struct metric baseline_kind_of(const struct metric *from)
{
	return (struct metric){ .name = str_dup(from->name),
		.unit = str_dup(from->unit),
		.more_is_better = from->more_is_better,
		.basis = from->basis,
		.is_count = from->is_count,
		.is_beside = from->is_beside };
}

/* They are the same each time, or should be: the newest are enough. */
static void copy_counts(struct result *base, const struct result *head, const char *time)
{
	metrics_release(&base->counts);
	base->counts = (struct metrics){ 0 };
	base->counted_iterations = head->counted_iterations;
	for (size_t i = 0; i < head->counts.nr; i++) {
		const struct metric *from = &head->counts.items[i];
		struct metric *to;

		if (!session_is_possible(from))
			continue;
		to = ARRAY_ADD(&base->counts);
		*to = baseline_kind_of(from);
		session_insert_of_run(to, time, from);
	}
}

static void add_session(
	struct result *base, const struct result *head, const char *time, bool replace)
{
	struct metrics merged = { 0 };
	char timestamp[DATE_TIME_MAX] = "";

	if (replace)
		metrics_release(&base->metrics);
	merged.alloc = head->metrics.nr;
	merged.items = mem_alloc(merged.alloc, sizeof *merged.items);
	snprintf(timestamp, sizeof timestamp, "%s", time);
	while (baseline_is_taken(base, timestamp))
		date_next_second(timestamp);
	for (size_t i = 0; i < head->metrics.nr; i++) {
		const struct metric *from = &head->metrics.items[i], *old;
		struct metric *to;

		if (!session_is_possible(from))
			continue;
		to = ARRAY_ADD(&merged);
		*to = baseline_kind_of(from);
		if ((old = find_like(&base->metrics, from)))
			copy_sessions(to, old);
		session_insert_of_run(to, timestamp, from);
		session_keep_newest(to, BASELINE_MAX_SESSIONS);
	}
	metrics_release(&base->metrics);
	base->metrics = merged;
	if (head->counts.nr)
		copy_counts(base, head, timestamp);
}

/* Counts that were taken in another way are not comparable, and those of the whole file say how in
 * one place. */
static void take_counting(struct run *baseline, const struct run *head)
{
	if (!head->counting.is_wanted)
		return;
	if (!counting_is_alike(&baseline->counting, &head->counting))
		for (size_t i = 0; i < baseline->nr; i++) {
			metrics_release(&baseline->items[i].counts);
			baseline->items[i].counts = (struct metrics){ 0 };
			baseline->items[i].counted_iterations = 0;
		}
	counting_release(&baseline->counting);
	counting_merge(&baseline->counting, &head->counting);
}

void baseline_add_session(struct run *baseline, const struct run *head, bool replace)
{
	take_counting(baseline, head);
	for (size_t i = 0; i < head->nr; i++) {
		const struct result *result = &head->items[i];
		struct result *base = run_find(baseline, result->name);

		if (result->word != RESULT_OK || !has_values(result))
			continue;
		if (!base)
			base = run_add(baseline, &(struct bench){ .name = result->name });
		baseline_describe(base, result);
		add_session(base, result, head->timestamp, replace);
	}
	env_copy(&baseline->env, &head->env);
	if (!date_is_time(baseline->timestamp) || strcmp(baseline->timestamp, head->timestamp) < 0)
		snprintf(baseline->timestamp, sizeof baseline->timestamp, "%s", head->timestamp);
}

void baseline_remove(struct run *baseline, const char *name)
{
	run_remove(baseline, name);
}
