/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/rules.h"

#include "base/array.h"
#include "base/str.h"
#include "model/units.h"

#include <math.h>
#include <string.h>

const char *const urgency_words[] = {
	[URGENCY_INFO] = "info",
	[URGENCY_WARNING] = "warning",
	[URGENCY_CRITICAL] = "critical",
	NULL,
};

/* What somebody has accepted is no news. */
#define SURELY " AND p_above_threshold_adjusted < 0.05 AND status != 'ACCEPTED'"

static const struct {
	const char *name, *condition;
	enum urgency urgency;
} usual[] = {
	{ "large-regression", "change_percent > 10" SURELY, URGENCY_CRITICAL },
	{ "regression", "change_percent >= 5 AND change_percent <= 10" SURELY, URGENCY_WARNING },
	{ "improvement", "change_percent < -3" SURELY, URGENCY_INFO },
};

void rules_init(struct rules *rules)
{
	*rules = (struct rules){ .nr = 0 };
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		struct error err;

		*ARRAY_ADD(rules) = (struct rule){
			.name = str_dup(usual[i].name),
			.condition = str_dup(usual[i].condition),
			.parsed = condition_parse(usual[i].condition, &err),
			.urgency = usual[i].urgency,
		};
	}
}

void rules_release(struct rules *rules)
{
	for (size_t i = 0; i < rules->nr; i++) {
		policy_keys_release(rule_keys, &rules->items[i]);
		condition_free(rules->items[i].parsed);
	}
	ARRAY_RELEASE(rules);
}

/* The rules' spelling in the policy file. */

const struct policy_key rule_keys[] = {
	POLICY_KEY_TEXT("name", struct rule, name),
	POLICY_KEY_TEXT("condition", struct rule, condition),
	POLICY_KEY_WORD("severity", struct rule, urgency, enum urgency, urgency_words),
	POLICY_KEY_TEXTS("channels", struct rule, channels),
	POLICY_KEY_TEXT("message_template", struct rule, message),
	POLICY_KEY_DURATION("cool_down", struct rule, cool_down_ns),
	POLICY_KEY_DURATION("escalate_after", struct rule, escalate_after_ns),
	POLICY_KEY_COUNT("escalate_after_runs", struct rule, escalate_after_runs),
	POLICY_KEY_TEXTS("escalate_to", struct rule, escalate_to),
	POLICY_KEY_END,
};

static int rules_check_name(
	const struct rules *rules, const struct rule *rule, const char *place, struct error *err)
{
	if (!rule->name || !*rule->name)
		return error_set(err, ERR_USAGE,
			"%s has no name; it must have one, such as \"name\": \"slower\"", place);
	for (size_t i = 0; &rules->items[i] < rule; i++)
		if (strcmp(rules->items[i].name, rule->name) == 0)
			return error_set(err, ERR_USAGE,
				"%s.name is \"%.40s\", as alert_rules[%zu].name is; each must be another",
				place, rule->name, i);
	return 0;
}

static int parse_condition(struct rule *rule, const char *place, struct error *err)
{
	if (!rule->condition)
		return error_set(err, ERR_USAGE,
			"%s has no condition; it must have one, such as \"condition\": \"change_percent > 10 AND p_value < 0.05\"",
			place);
	rule->parsed = condition_parse(rule->condition, err);
	return rule->parsed ? 0 : error_wrap(err, "%s.condition", place);
}

static int check_message(const struct rule *rule, const char *place, struct error *err)
{
	struct buf inner = BUF_INIT;
	int rc;

	if (!rule->message)
		return 0;
	buf_addf(&inner, "%s.message_template", place);
	rc = rule_check_message(rule->message, inner.data, err);
	buf_release(&inner);
	return rc;
}

/* One without the other would do nothing. */
static int check_escalation(const struct rule *rule, const char *place, struct error *err)
{
	bool after = rule->escalate_after_ns || rule->escalate_after_runs;

	if (after && !rule->escalate_to.nr)
		return error_set(err, ERR_USAGE,
			"%s says when to escalate, but not to whom; it must have escalate_to, a channel or a list of channels",
			place);
	if (!after && rule->escalate_to.nr)
		return error_set(err, ERR_USAGE,
			"%s says to whom to escalate, but not when; it must have escalate_after, such as \"2h\", or escalate_after_runs, such as 3",
			place);
	return 0;
}

/* Unsaid, it is those of the rule's severity; nobody is no channel. */
static int check_lists(const struct json *json, const char *place, struct error *err)
{
	static const char *const names[] = { "channels", "escalate_to" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct json *list = json_get(json, names[i]);

		if (list && json_type(list) == JSON_ARRAY && !json_first(list))
			return error_set(err, ERR_USAGE,
				"%s.%s is an empty list; it must name a channel, or be left out",
				place, names[i]);
	}
	return 0;
}

static int read_rule(const struct json *json, const char *name, const char *place,
	struct rules *rules, struct error *err)
{
	struct rule *rule = ARRAY_ADD(rules);

	*rule = (struct rule){ .name = str_dup(name), .urgency = URGENCY_WARNING };
	if (policy_keys_read(json, rule_keys, rule, place, err) || check_lists(json, place, err) ||
		rules_check_name(rules, rule, place, err) || parse_condition(rule, place, err) ||
		check_message(rule, place, err))
		return -1;
	return check_escalation(rule, place, err);
}

/* Of a list, the number and the name where there is one */
static void rules_add_place(const struct json *json, size_t nr, struct buf *out)
{
	const struct json *name = json_type(json) == JSON_OBJECT ? json_get(json, "name") : NULL;

	buf_addf(out, "alert_rules[%zu]", nr);
	if (name && json_type(name) == JSON_TEXT && *json_text(name))
		buf_addf(out, " (%.40s)", json_text(name));
}

int rules_read(const struct json *json, struct rules *rules, struct error *err)
{
	bool by_name;
	int rc = 0;

	if (!json)
		return 0;
	by_name = json_type(json) == JSON_OBJECT;
	if (!by_name && json_type(json) != JSON_ARRAY)
		return policy_wrong(json, "alert_rules",
			"a list of rules, or an object of rules by their names", err);
	rules_release(rules);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		const char *name = by_name ? json_name(at) : NULL;
		struct buf place = BUF_INIT;

		if (by_name)
			buf_addf(&place, "alert_rules.%.40s", name);
		else
			rules_add_place(at, rules->nr, &place);
		rc = read_rule(at, name, place.data, rules, err);
		buf_release(&place);
	}
	return rc;
}

/* What an alert says of a comparison if its rule has no words of its own; tests/data/words.txt
 * holds it beside the words of the reports. */

static const struct fact *rules_known(const char *name)
{
	return fact_named(name, strlen(name));
}

static void rules_add_fact(const char *name, const struct subject *subject, struct buf *out)
{
	fact_print(rules_known(name), subject, out);
}

static void add_certainty(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;

	if (comparison->evidence == EVIDENCE_EXACT) {
		buf_adds(out, ", exactly");
		return;
	}
	if (isnan(comparison->change_low))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, comparison->change_low, comparison->change_high);
	if (!isnan(rules_known("p_value")->number(subject))) {
		buf_adds(out, ", p ");
		rules_add_fact("p_value", subject, out);
	}
	buf_addc(out, ')');
}

static void rules_add_change(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	bool more = comparison->change_ratio > 0;
	bool is_time = comparison->metric && metric_is_time(comparison->metric);

	if (isinf(comparison->change_ratio)) {
		buf_adds(out, " rose from zero");
	} else {
		buf_adds(out, is_time ? " takes " : more ? " rose by " : " fell by ");
		units_add_ratio(out, fabs(comparison->change_ratio));
		if (is_time)
			buf_adds(out, more ? " longer" : " less time");
	}
	if (comparison->metric) {
		buf_adds(out, ": ");
		rules_add_fact("baseline_value", subject, out);
		buf_adds(out, " -> ");
		rules_add_fact("current_value", subject, out);
	}
	add_certainty(subject, out);
}

static void rules_add_limit(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	double worse = verdict_worsening(comparison);

	buf_adds(out, " is ");
	rules_add_fact("current_value", subject, out);
	buf_adds(out,
		!(worse > 0)                                 ? ", within "
			: comparison->metric->more_is_better ? ", below "
							     : ", over ");
	buf_adds(out, "its budget of ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

static void rules_add_reason(const struct result *head, struct buf *out)
{
	if (!head || !head->reason)
		return;
	buf_adds(out, ": ");
	if (head->word != RESULT_NOT_MEASURED)
		buf_addf(out, "%s: ", result_word_name(head->word));
	buf_add_printable(out, head->reason);
}

/* Where there is no change to speak of. */
static void rules_add_word(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;

	switch (comparison->word) {
	case VERDICT_FAILED:
		buf_adds(out,
			comparison->is_limit ? " cannot be compared with its budget" : " failed");
		rules_add_reason(comparison->head, out);
		break;
	case VERDICT_NOT_MEASURED:
		buf_adds(out, " was not measured");
		rules_add_reason(comparison->head, out);
		break;
	case VERDICT_MISSING:
		buf_adds(out,
			comparison->why == WHY_METRIC_GONE
				? " is in the base, but the benchmark no longer reports it"
				: " is in the base, but not in the suite");
		break;
	case VERDICT_NEW:
		buf_adds(out, " is new: not in the base");
		break;
	case VERDICT_REFUSED:
		buf_adds(out, " was not compared: the base is not comparable");
		break;
	case VERDICT_PASS:
		buf_adds(out, " did not change: PASS");
		break;
	default:
		buf_addf(out, ": %s", verdict_word_name(comparison->word));
		break;
	}
}

void rule_usual_message(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	double change_ratio = comparison->change_ratio;

	verdict_add_name(comparison, out);
	if (isnan(change_ratio) || (change_ratio == 0 && !comparison->is_limit)) {
		rules_add_word(subject, out);
		return;
	}
	if (comparison->is_limit)
		rules_add_limit(subject, out);
	else
		rules_add_change(subject, out);
	if (comparison->word != VERDICT_REGRESSION && comparison->word != VERDICT_WARNING &&
		comparison->word != VERDICT_IMPROVEMENT)
		buf_addf(out, "; %s", verdict_word_name(comparison->word));
}
