/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report over a time is made of, from a history, the state of the alerts, what was
 * accepted, and git. */
#ifndef SESSION_WEEKS_H
#define SESSION_WEEKS_H

#include "base/date.h"
#include "report/weekly.h"
#include "session/pasts.h"

struct weeks {
	struct weekly weekly;
	struct pasts pasts; /* that it borrows from */
	char until[DATE_TIME_MAX];
};

#define WEEKS_INIT \
	{ \
		.until = "" \
	}

/* `since` is a time, and must outlive *weeks. A state of alerts that is not there is not known; one
 * that cannot be read is an error. */
int weeks_read(struct weeks *weeks, const char *db, const struct settings *settings,
	const char *since, struct error *err);
/* No more than the record of the gate, of runs that were read already, between the times that
 * weeks->weekly has. */
int weeks_count(struct weeks *weeks, const struct history_runs *runs,
	const struct settings *settings, struct error *err);
void weeks_release(struct weeks *weeks);

/* What --since says, a day, a time, or a duration from now, as a time. */
int weeks_since(const char *said, char since[DATE_TIME_MAX], struct error *err);

#endif
