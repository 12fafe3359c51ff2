/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/settings.h"

#include "base/str.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET_NS (30ull * CLOCK_NS_PER_S)

const struct policy_key notify_keys[] = {
	POLICY_KEY_TEXT("state", struct notify_settings, state),
	POLICY_KEY_DURATION("budget", struct notify_settings, budget_ns),
	POLICY_KEY_CHOICE("strict", struct notify_settings, strict),
	POLICY_KEY_SECTION("routes"),
	POLICY_KEY_SECTION("quiet_hours"),
	POLICY_KEY_END,
};

/* In the order of the urgencies. */
const struct policy_key notify_route_keys[] = {
	POLICY_KEY_TEXTS("info", struct notify_settings, routes[URGENCY_INFO]),
	POLICY_KEY_TEXTS("warning", struct notify_settings, routes[URGENCY_WARNING]),
	POLICY_KEY_TEXTS("critical", struct notify_settings, routes[URGENCY_CRITICAL]),
	POLICY_KEY_END,
};

const struct policy_key notify_quiet_keys[] = {
	POLICY_KEY_TEXT("from", struct notify_settings, quiet.from),
	POLICY_KEY_TEXT("to", struct notify_settings, quiet.to),
	POLICY_KEY_TEXT("zone", struct notify_settings, quiet.zone),
	POLICY_KEY_TEXTS("days", struct notify_settings, quiet.days),
	POLICY_KEY_TEXTS("holidays", struct notify_settings, quiet.holidays),
	POLICY_KEY_END,
};

void notify_settings_init(struct notify_settings *settings)
{
	*settings = (struct notify_settings){ .budget_ns = BUDGET_NS };
}

void notify_settings_release(struct notify_settings *settings)
{
	outlets_release(&settings->outlets);
	policy_keys_release(notify_keys, settings);
	policy_keys_release(notify_route_keys, settings);
	policy_keys_release(notify_quiet_keys, settings);
}

static int check_names(const struct notify_settings *settings, const struct texts *names,
	const char *place, const char *key, struct error *err)
{
	for (size_t i = 0; i < names->nr; i++) {
		struct str_nearest nearest = str_nearest(names->items[i]);

		if (outlets_find(&settings->outlets, names->items[i]))
			continue;
		for (size_t j = 0; j < settings->outlets.nr; j++)
			str_nearest_offer(&nearest, settings->outlets.items[j].name);
		return error_set(err, ERR_USAGE,
			"%s.%s names \"%.40s\", and channels has none of that name%s%s%s", place,
			key, names->items[i], nearest.best ? "; did you mean " : "",
			nearest.best ? nearest.best : "", nearest.best ? "?" : "");
	}
	return 0;
}

static int check_rules(
	const struct notify_settings *settings, const struct rules *rules, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < rules->nr && !rc; i++) {
		const struct rule *rule = &rules->items[i];
		struct buf place = BUF_INIT;

		buf_addf(&place, "alert_rules[%zu] (%.40s)", i, rule->name);
		rc = check_names(settings, &rule->channels, place.data, "channels", err) ||
			check_names(settings, &rule->escalate_to, place.data, "escalate_to", err);
		buf_release(&place);
	}
	return rc ? -1 : 0;
}

static int read_notify(const struct json *json, struct notify_settings *settings, struct error *err)
{
	const struct json *routes, *quiet;

	if (policy_keys_read(json, notify_keys, settings, "notify", err))
		return -1;
	routes = json_get(json, "routes");
	quiet = json_get(json, "quiet_hours");
	if (routes && policy_keys_read(routes, notify_route_keys, settings, "notify.routes", err))
		return -1;
	if (routes)
		settings->routed = policy_keys_said(routes, notify_route_keys);
	if (!quiet)
		return 0;
	return policy_keys_read(quiet, notify_quiet_keys, settings, "notify.quiet_hours", err) ||
			quiet_check(&settings->quiet, "notify.quiet_hours", err)
		? -1
		: 0;
}

int notify_settings_read(const struct json *root, const char *folder, const struct rules *rules,
	struct notify_settings *settings, struct error *err)
{
	const struct json *channels = json_get(root, "channels"),
			  *notify = json_get(root, "notify");

	if ((channels && outlets_read(channels, folder, &settings->outlets, err)) ||
		(notify && read_notify(notify, settings, err)))
		return -1;
	for (size_t i = 0; i < URGENCY_NR; i++)
		if (check_names(
			    settings, &settings->routes[i], "notify.routes", urgency_words[i], err))
			return -1;
	return check_rules(settings, rules, err);
}
