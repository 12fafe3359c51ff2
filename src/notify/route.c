/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/route.h"

bool route_takes(const struct settled *settled, const struct outlet *outlet,
	const struct notify_settings *settings)
{
	const struct texts *routes = &settings->routes[settled->notice.urgency];
	bool by_rule = settled->channels.nr || settled->exactly;
	bool by_route = settings->routed >> settled->notice.urgency & 1;
	bool urgent = settled->notice.urgency >= outlet->terms->at_least;

	if (outlet->notifier->stays)
		return settled->of_run && urgent;
	if (!settled->is_news)
		return false;
	if (by_rule && !texts_have(&settled->channels, outlet->name))
		return false;
	if (!by_rule && by_route && !texts_have(routes, outlet->name))
		return false;
	return urgent || settled->exactly;
}
