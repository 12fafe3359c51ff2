/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which channel is told of what. Pure. */
#ifndef NOTIFY_ROUTE_H
#define NOTIFY_ROUTE_H

#include "notify/notify.h"
#include "notify/settle.h"

/*
 * A channel that keeps one message takes all of the run that is urgent enough for it. Others take
 * news: that of rules that name them, or else that of the urgencies that are routed to them (all,
 * where routes name none). Who is named for this notice alone is told whatever the channel thinks
 * urgent.
 */
bool route_takes(const struct settled *settled, const struct outlet *outlet,
	const struct notify_settings *settings);

#endif
