/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/competitors.h"

#include "base/array.h"
#include "base/str.h"
#include "model/result.h"

#include <stdlib.h>
#include <string.h>

const struct policy_key competitor_keys[] = {
	POLICY_KEY_TEXT("name", struct competitor, name),
	POLICY_KEY_TEXT("version", struct competitor, version),
	POLICY_KEY_TEXT("command", struct competitor, command),
	POLICY_KEY_TEXTS("suite", struct competitor, suites),
	POLICY_KEY_TEXTS("data", struct competitor, data),
	POLICY_KEY_TEXTS("metrics", struct competitor, metrics),
	POLICY_KEY_SECTION("benchmarks"),
	POLICY_KEY_END,
};

#define BENCHMARKS_RIGHT \
	"the names of our benchmarks: a text, a list, or an object with theirs, such as {\"parse\": \"json_parse\"}"

void competitors_release(struct competitors *competitors)
{
	for (size_t i = 0; i < competitors->nr; i++) {
		struct competitor *competitor = &competitors->items[i];

		policy_keys_release(competitor_keys, competitor);
		texts_release(&competitor->ours);
		texts_release(&competitor->theirs);
	}
	ARRAY_RELEASE(competitors);
}

bool competitor_is_read(const struct competitor *competitor)
{
	return competitor->data.nr != 0;
}

const char *competitor_name_of(const struct competitor *competitor, const char *ours)
{
	for (size_t i = 0; i < competitor->ours.nr; i++)
		if (strcmp(competitor->ours.items[i], ours) == 0)
			return competitor->theirs.items[i];
	return competitor->ours.nr ? NULL : ours;
}

bool competitor_has_metric(const struct competitor *competitor, const char *metric)
{
	for (size_t i = 0; i < competitor->metrics.nr; i++)
		if (str_glob(competitor->metrics.items[i], metric))
			return true;
	return !competitor->metrics.nr && strcmp(metric, metric_time.name) == 0;
}

void competitor_add_name(const struct competitor *competitor, struct buf *out)
{
	buf_add_printable(out, competitor->name);
	if (!competitor->version)
		return;
	buf_addc(out, ' ');
	buf_add_printable(out, competitor->version);
}

static int pair_names(const struct json *value, const char *ours, const char *place,
	struct competitor *competitor, struct error *err)
{
	bool is_text = json_type(value) == JSON_TEXT && *json_text(value);

	if (!is_text || (ours && !*ours))
		return policy_wrong(value, place, BENCHMARKS_RIGHT, err);
	if (!ours)
		ours = json_text(value);
	if (texts_have(&competitor->ours, ours))
		return error_set(err, ERR_USAGE, "%s has '%.60s' twice", place, ours);
	texts_add(&competitor->ours, ours);
	texts_add(&competitor->theirs, json_text(value));
	return 0;
}

static int read_pairs(const struct json *json, const char *place, struct competitor *competitor,
	struct error *err)
{
	bool is_object = json_type(json) == JSON_OBJECT;

	if (!is_object && json_type(json) != JSON_ARRAY)
		return pair_names(json, NULL, place, competitor, err);
	if (!json_first(json))
		return policy_wrong(json, place, BENCHMARKS_RIGHT, err);
	for (const struct json *at = json_first(json); at; at = json_next(at))
		if (pair_names(at, is_object ? json_name(at) : NULL, place, competitor, err))
			return -1;
	return 0;
}

/* Of nothing else, not even the time, ours can be told apart from theirs. */
static bool has_other_names(const struct competitor *competitor)
{
	for (size_t i = 0; i < competitor->ours.nr; i++)
		if (strcmp(competitor->ours.items[i], competitor->theirs.items[i]) == 0)
			return false;
	return competitor->ours.nr != 0;
}

static int check_competitor(
	const struct competitor *competitor, const char *place, struct error *err)
{
	int nr = (competitor->command != NULL) + (competitor->suites.nr != 0) +
		(competitor->data.nr != 0);

	if (!competitor->name)
		return error_set(err, ERR_USAGE,
			"%s has no name; it must have one, such as \"name\": \"zlib\"", place);
	if (nr > 1)
		return error_set(err, ERR_USAGE,
			"%s has more than one of command, suite and data; it must have one of them",
			place);
	if (!nr && !has_other_names(competitor))
		return error_set(err, ERR_USAGE,
			"%s has none of command, suite and data; it must have one, or \"benchmarks\" that say which benchmarks of our own suite are theirs, such as {\"parse/ours\": \"parse/zlib\"}",
			place);
	return 0;
}

static int read_competitor(const struct json *json, const char *place,
	struct competitor *competitor, struct error *err)
{
	const struct json *pairs;
	struct buf inner = BUF_INIT;
	int rc;

	if (policy_keys_read(json, competitor_keys, competitor, place, err))
		return -1;
	pairs = json_get(json, "benchmarks");
	buf_addf(&inner, "%s.benchmarks", place);
	rc = pairs ? read_pairs(pairs, inner.data, competitor, err) : 0;
	buf_release(&inner);
	return rc ? rc : check_competitor(competitor, place, err);
}

static bool competitors_is_taken(const struct competitors *competitors, const char *name)
{
	for (size_t i = 0; i + 1 < competitors->nr; i++)
		if (strcmp(competitors->items[i].name, name) == 0)
			return true;
	return false;
}

int competitors_read(const struct json *json, struct competitors *competitors, struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	if (json_type(json) != JSON_ARRAY)
		return policy_wrong(json, "competitors", "a list", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct competitor *competitor = ARRAY_ADD(competitors);
		struct buf place = BUF_INIT;

		*competitor = (struct competitor){ .name = NULL };
		buf_addf(&place, "competitors[%zu]", competitors->nr - 1);
		rc = read_competitor(at, place.data, competitor, err);
		if (!rc && competitors_is_taken(competitors, competitor->name))
			rc = error_set(err, ERR_USAGE,
				"%s.name is \"%.40s\", as another's is; each must have a name of its own",
				place.data, competitor->name);
		buf_release(&place);
	}
	return rc;
}
