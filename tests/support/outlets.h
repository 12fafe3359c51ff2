/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels that deliver nothing, for tests of what each is told. test.h goes before. */
#ifndef SUPPORT_OUTLETS_H
#define SUPPORT_OUTLETS_H

#include "base/array.h"
#include "base/str.h"
#include "notify/notify.h"

static inline bool outlets_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	(void)outlet;
	content_write(content, body);
	json_add_text(body, "earlier", content->earlier);
	return true;
}

struct outlets_settings {
	struct outlet_terms terms;
};

static const struct policy_key outlets_keys[] = {
	OUTLET_KEYS(struct outlets_settings),
	POLICY_KEY_END,
};

/* It is told what is new. */
static const struct notifier outlets_tells = { .type = "tells",
	.keys = outlets_keys,
	.size = sizeof(struct outlets_settings),
	.compose = outlets_compose };

/* It keeps one message. */
static const struct notifier outlets_stays = { .type = "stays",
	.keys = outlets_keys,
	.size = sizeof(struct outlets_settings),
	.stays = true,
	.compose = outlets_compose };

static inline void outlets_open(struct notify_settings *settings, const char *name,
	const struct notifier *notifier, enum urgency at_least)
{
	struct outlet *outlet = ARRAY_ADD(&settings->outlets);

	*outlet = (struct outlet){ str_dup(name), notifier,
		mem_alloc(1, sizeof(struct outlets_settings)) };
	outlet->terms->at_least = at_least;
}

#endif
