/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/policy_json.h"
#include "support/subjects.h"

#define NR(table) (sizeof(table) / sizeof *(table))

extern const char alerts_txt[];

/* A policy file that is right. */
static struct policy_file read_good(const char *text)
{
	struct policy_file file;
	struct error err = ERROR_INIT;

	policy_file_init(&file);
	if (policy_file_read(text, strlen(text), &file, &err))
		fail_msg("%s: %s", text, err.text);
	return file;
}

static const struct {
	const char *name;
	enum urgency urgency;
} usual[] = {
	{ "large-regression", URGENCY_CRITICAL },
	{ "regression", URGENCY_WARNING },
	{ "improvement", URGENCY_INFO },
};

TEST(without_a_word_in_the_file_there_are_the_usual_three)
{
	struct policy_file file = read_good("{}");

	assert_int_equal(file.rules.nr, NR(usual));
	for (size_t i = 0; i < NR(usual); i++) {
		const struct rule *rule = &file.rules.items[i];
		struct buf told = BUF_INIT;

		assert_string_equal(rule->name, usual[i].name);
		assert_int_equal(rule->urgency, usual[i].urgency);
		assert_non_null(rule->parsed);
		assert_null(rule->message);
		assert_int_equal(rule->channels.nr, 0);
		buf_addf(&told, "\t%s ", rule->name);
		assert_non_null(strstr(alerts_txt, told.data));
		buf_release(&told);
	}
	policy_file_release(&file);
}

TEST(an_empty_list_is_no_rule_at_all)
{
	struct policy_file file = read_good("{ \"alert_rules\": [] }");

	assert_int_equal(file.rules.nr, 0);
	policy_file_release(&file);
}

TEST(a_rule_is_what_its_keys_say)
{
	struct policy_file file = read_good(
		"{ \"alert_rules\": ["
		"  { \"name\": \"a\", \"condition\": \"units > 1\" },"
		"  { \"name\": \"b\", \"condition\": \"units > 2\", \"severity\": \"critical\","
		"    \"channels\": [\"x\", \"y\"], \"message_template\": \"{benchmark}!\","
		"    \"cool_down\": \"2h\", \"escalate_after\": \"1min\", \"escalate_after_runs\": 3,"
		"    \"escalate_to\": \"z\" } ] }");
	const struct rule *a = file.rules.items, *b = a + 1;

	assert_int_equal(file.rules.nr, 2);
	assert_string_equal(a->name, "a");
	assert_string_equal(a->condition, "units > 1");
	assert_int_equal(a->urgency, URGENCY_WARNING);
	assert_null(a->message);
	assert_int_equal(a->channels.nr + a->escalate_to.nr, 0);
	assert_int_equal(a->cool_down_ns + a->escalate_after_ns + a->escalate_after_runs, 0);
	assert_int_equal(b->urgency, URGENCY_CRITICAL);
	assert_int_equal(b->channels.nr, 2);
	assert_string_equal(b->channels.items[1], "y");
	assert_string_equal(b->message, "{benchmark}!");
	assert_true(b->cool_down_ns == 7200000000000u);
	assert_true(b->escalate_after_ns == 60000000000u);
	assert_int_equal(b->escalate_after_runs, 3);
	assert_string_equal(b->escalate_to.items[0], "z");
	policy_file_release(&file);
}

#define RULE(text) "{\"alert_rules\":[{\"name\":\"a\",\"condition\":\"units>1\"}," text "]}"
#define OWN(text) RULE("{\"name\":\"b\",\"condition\":\"units>1\"," text "}")
#define TEMPLATE(text) OWN("\"message_template\":\"" text "\"")
#define AT "alert_rules[1] (b).message_template"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "{\"alert_rules\":1}",
		"alert_rules is 1; it must be a list of rules, or an object of rules by their names" },
	{ "{\"alert_rules\":{\"a\":1}}", "alert_rules.a is 1; it must be an object" },
	{ "{\"alert_rules\":{\"\":{\"condition\":\"units>1\"}}}",
		"alert_rules. has no name; it must have one, such as \"name\": \"slower\"" },
	{ "{\"alert_rules\":{\"a\":{\"condition\":\"units>1\"},\"b\":{\"name\":\"a\",\"condition\":\"units>1\"}}}",
		"alert_rules.b.name is \"a\", as alert_rules[0].name is; each must be another" },
	{ RULE("1"), "alert_rules[1] is 1; it must be an object" },
	{ RULE("{}"),
		"alert_rules[1] has no name; it must have one, such as \"name\": \"slower\"" },
	{ RULE("{\"name\":\"\"}"),
		"alert_rules[1].name is \"\"; it must be a text that is not empty" },
	{ RULE("{\"name\":\"a\",\"condition\":\"units>2\"}"),
		"alert_rules[1] (a).name is \"a\", as alert_rules[0].name is; each must be another" },
	{ RULE("{\"name\":\"b\"}"),
		"alert_rules[1] (b) has no condition; it must have one, such as \"condition\": "
		"\"change_percent > 10 AND p_value < 0.05\"" },
	{ RULE("{\"name\":\"b\",\"condition\":\"change_pct > 1\"}"),
		"alert_rules[1] (b).condition: 'change_pct' at character 1 is not a known fact; did you mean change_percent?" },
	{ OWN("\"severty\":\"info\""),
		"unknown key 'alert_rules[1] (b).severty'; did you mean severity? known keys: name, condition, severity, "
		"channels, message_template, cool_down, escalate_after, escalate_after_runs, escalate_to" },
	{ OWN("\"severity\":\"fatal\""),
		"alert_rules[1] (b).severity is \"fatal\"; it must be one of \"info\", \"warning\", \"critical\"" },
	{ OWN("\"channels\":[1]"),
		"alert_rules[1] (b).channels is a list; it must be a text or a list of texts, none of them empty" },
	{ OWN("\"cool_down\":10"),
		"alert_rules[1] (b).cool_down is 10; it must be a duration above 0, such as \"500ms\" or \"3min\"" },
	{ OWN("\"escalate_after_runs\":0"),
		"alert_rules[1] (b).escalate_after_runs is 0; it must be a whole number above 0" },
	{ OWN("\"escalate_after_runs\":3"),
		"alert_rules[1] (b) says when to escalate, but not to whom; it must have escalate_to, a channel "
		"or a list of channels" },
	{ OWN("\"escalate_to\":\"z\""),
		"alert_rules[1] (b) says to whom to escalate, but not when; it must have escalate_after, such as "
		"\"2h\", or escalate_after_runs, such as 3" },
	{ TEMPLATE("\303\244 {chnge_percent}"),
		AT
		": unknown placeholder '{chnge_percent}' at character 3; did you mean {change_percent}?" },
	{ TEMPLATE("{}"),
		AT
		": unknown placeholder '{}' at character 1 (see 'benchgate help alerting'; for a plain "
		"brace write {{ or }})" },
	{ TEMPLATE("a { b"),
		AT ": the { at character 3 has no closing }; for a plain brace write {{" },
	{ TEMPLATE("{benchmark {metric}"),
		AT ": the { at character 1 has no closing }; for a plain brace write {{" },
	{ TEMPLATE("{benchmark}}"),
		AT ": the } at character 12 has no opening {; for a plain brace write }}" },
	{ TEMPLATE("\302\205"),
		AT
		" has at character 1 something that is not allowed; there must be text, with no control characters "
		"but line ends and tabs" },
	{ TEMPLATE("a\\u001b[2J"),
		AT
		" has at character 2 something that is not allowed; there must be text, with no control characters "
		"but line ends and tabs" },
};

TEST(what_is_wrong_is_told_with_its_place_and_what_would_be_right)
{
	for (size_t i = 0; i < NR(wrong); i++) {
		struct policy_file file;
		struct error err = ERROR_INIT;

		policy_file_init(&file);
		if (policy_file_read(wrong[i].text, strlen(wrong[i].text), &file, &err) != -1)
			fail_msg("taken: %s", wrong[i].text);
		assert_string_equal(err.text, wrong[i].error);
		assert_int_equal(err.kind, ERR_USAGE);
		policy_file_release(&file);
	}
}

static const struct {
	const char *of, *message, *filled;
} messages[] = {
	{ "slower", "", "" },
	{ "slower", "nothing to fill in: 100%", "nothing to fill in: 100%" },
	{ "slower", "{metric_name} changed by {change_percent} on {branch}",
		"slower changed by +20.0 % on main" },
	/* A percentage is one however it is written. */
	{ "slower", "{change_percent}%, {threshold_percent} %, {processes}%", "+20.0 %, 2 %, 10%" },
	{ "crashed", "{change_percent}%!", "unknown!" },
	{ "slower", "{{benchmark}} {{{benchmark}}}", "{benchmark} {slower}" },
	{ "slower", "{baseline_value} -> {current_value}\n\t{confidence_level}",
		"1.00 us -> 1.20 us\n\t95 %" },
	{ "slower", "{commit_hash}{commit_hash}", "0123456789abcdef0123456789abcdef" },
	{ "slower", "\303\244{status}\303\266", "\303\244REGRESSION\303\266" },
	/* No line of a message is a command to a CI system, not even one of harmless pieces. */
	{ "slower", "::error::no\n::error::no", "?:error::no\n?:error::no" },
	{ "slower", "#{{[", "#{[" },
	{ "slower", "##vso[x]{metric_name}::y", "?#vso[x]slower::y" },
	{ "slower", "##{metric_name}[x]", "?#slower[x]" },
	{ "slower", NULL,
		"slower takes 20 % longer: 1.00 us -> 1.20 us (95 %: +19.5 .. +20.5 %, p <0.0001)" },
	{ "faster", NULL,
		"faster takes 20 % less time: 1.00 us -> 800 ns (95 %: -20.3 .. -19.7 %, p <0.0001)" },
	{ "same", NULL, "same did not change: PASS" },
	{ "as/many allocs", NULL, "as/many allocs did not change: PASS" },
	{ "more/allocs allocs", NULL, "more/allocs allocs rose by 7 %: 100 -> 107, exactly" },
	{ "fewer/allocs allocs", NULL, "fewer/allocs allocs fell by 50 %: 100 -> 50, exactly" },
	{ "rate rate", NULL,
		"rate rate fell by 50 %: 1000 op/s -> 500 op/s (95 %: -52.7 .. -47.2 %, p <0.0001)" },
	{ "rate p99", NULL,
		"rate p99 rose by 100 %: 1.00 us -> 2.00 us (95 %: +89.3 .. +111 %); not gated" },
	{ "limited budget", NULL, "limited is 2.00 us, over its budget of 1us" },
	{ "frugal budget", NULL, "frugal is 500 ns, within its budget of 1us; PASS" },
	{ "new", NULL, "new is new: not in the base" },
	{ "crashed", NULL, "crashed failed: crashed: SIGSEGV in ?[31mred" },
	{ "waiting", NULL, "waiting was not measured: no time was left" },
	{ "gone", NULL, "gone is in the base, but not in the suite" },
};

static void fill(const char *message, const struct subject *one, struct buf *filled)
{
	struct error err = ERROR_INIT;

	if (!message)
		rule_usual_message(one, filled);
	else if (rule_check_message(message, "here", &err))
		fail_msg("%s", err.text);
	else
		rule_fill_message(message, one, filled);
}

TEST(messages_say_what_happened)
{
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(messages); i++) {
		const struct subject *one = subjects_find(&subjects, messages[i].of);
		struct buf filled = BUF_INIT;

		assert_non_null(one);
		fill(messages[i].message, one, &filled);
		assert_string_equal(filled.data, messages[i].filled);
		buf_release(&filled);
	}
	subjects_release(&subjects);
}

TEST(a_message_is_not_long_without_end)
{
	struct buf message = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_fill(&message, 'x', RULE_MAX_MESSAGE);
	assert_int_equal(rule_check_message(message.data, "here", &err), 0);
	buf_addc(&message, 'x');
	assert_int_equal(rule_check_message(message.data, "here", &err), -1);
	assert_string_equal(err.text, "here is 4001 bytes long; at most 4000 are allowed");
	buf_release(&message);
}

/* The block of rules in `benchgate help alerting`. */
TEST(what_people_are_shown_is_right)
{
	const char *at = strstr(alerts_txt, "\n\t{\n"), *end = strstr(alerts_txt, "\n\t}\n");
	struct policy_file file;
	char *text;

	assert_true(at && end && end > at);
	text = mem_copy(at, (size_t)(end + 3 - at));
	file = read_good(text);
	assert_int_equal(file.rules.nr, 2);
	assert_int_equal(file.rules.items[0].escalate_to.nr, 2);
	for (const struct policy_key *key = rule_keys; key->name; key++)
		if (!strstr(text, key->name))
			fail_msg("help alerting does not show %s", key->name);
	policy_file_release(&file);
	free(text);
}

/* What is read holds in place of what was there, and what was there is let go. */
TEST(rules_are_read_in_place_of_others)
{
	struct error err = ERROR_INIT;
	const char *text = "[{\"name\":\"a\",\"condition\":\"units>1\"}]";
	struct json *json = json_parse(text, strlen(text), &err);
	struct rules rules;

	rules_init(&rules);
	assert_int_equal(rules_read(NULL, &rules, &err), 0);
	assert_int_equal(rules.nr, NR(usual));
	assert_int_equal(rules_read(json, &rules, &err), 0);
	assert_int_equal(rules_read(json, &rules, &err), 0);
	assert_int_equal(rules.nr, 1);
	assert_string_equal(rules.items[0].name, "a");
	rules_release(&rules);
	json_free(json);
}
