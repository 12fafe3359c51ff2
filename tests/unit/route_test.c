/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/route.h"

#include "support/outlets.h"

#include <stdlib.h>
#include <string.h>

/* "chat" takes all, "pager" what is critical, "comment" stays. */
static struct notify_settings channels(void)
{
	struct notify_settings settings;

	notify_settings_init(&settings);
	outlets_open(&settings, "chat", &outlets_tells, URGENCY_INFO);
	outlets_open(&settings, "pager", &outlets_tells, URGENCY_CRITICAL);
	outlets_open(&settings, "comment", &outlets_stays, URGENCY_WARNING);
	return settings;
}

static struct settled news(enum urgency urgency)
{
	return (struct settled){
		.notice = { .urgency = urgency }, .is_news = true, .of_run = true
	};
}

/* The names of those that take it, with blanks between them. */
static void takes(
	const struct notify_settings *settings, const struct settled *settled, const char *names)
{
	struct buf took = BUF_INIT;

	for (size_t i = 0; i < settings->outlets.nr; i++)
		if (route_takes(settled, &settings->outlets.items[i], settings))
			buf_addf(&took, "%s%s", took.len ? " " : "",
				settings->outlets.items[i].name);
	assert_string_equal(took.data, names);
	buf_release(&took);
}

TEST(all_that_think_it_urgent_are_told)
{
	struct notify_settings settings = channels();
	struct settled info = news(URGENCY_INFO), warning = news(URGENCY_WARNING),
		       critical = news(URGENCY_CRITICAL);

	takes(&settings, &info, "chat");
	takes(&settings, &warning, "chat comment");
	takes(&settings, &critical, "chat pager comment");
	notify_settings_release(&settings);
}

TEST(routes_say_who_is_told_of_an_urgency)
{
	struct notify_settings settings = channels();
	struct settled info = news(URGENCY_INFO), warning = news(URGENCY_WARNING),
		       critical = news(URGENCY_CRITICAL);

	texts_add(&settings.routes[URGENCY_CRITICAL], "pager");
	texts_add(&settings.routes[URGENCY_WARNING], "pager");
	settings.routed = 1u << URGENCY_CRITICAL | 1u << URGENCY_WARNING | 1u << URGENCY_INFO;
	takes(&settings, &critical, "pager comment");
	takes(&settings, &warning, "comment");
	takes(&settings, &info, "");
	settings.routed = 1u << URGENCY_CRITICAL;
	takes(&settings, &info, "chat");
	notify_settings_release(&settings);
}

TEST(channels_of_a_rule_go_before_routes)
{
	struct notify_settings settings = channels();
	struct settled warning = news(URGENCY_WARNING);

	texts_add(&settings.routes[URGENCY_WARNING], "pager");
	settings.routed = 1u << URGENCY_WARNING;
	texts_add(&warning.channels, "chat");
	takes(&settings, &warning, "chat comment");
	texts_release(&warning.channels);
	notify_settings_release(&settings);
}

TEST(what_stands_is_for_those_that_keep_a_message)
{
	struct notify_settings settings = channels();
	struct settled standing = news(URGENCY_CRITICAL);

	standing.is_news = false;
	takes(&settings, &standing, "comment");
	standing.of_run = false;
	takes(&settings, &standing, "");
	notify_settings_release(&settings);
}

TEST(who_is_named_for_it_alone_is_told_whatever_is_urgent)
{
	struct notify_settings settings = channels();
	struct settled escalated = news(URGENCY_INFO);

	escalated.exactly = true;
	takes(&settings, &escalated, "");
	texts_add(&escalated.channels, "pager");
	takes(&settings, &escalated, "pager");
	texts_release(&escalated.channels);
	notify_settings_release(&settings);
}
