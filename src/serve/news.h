/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks whether the history has something new, whoever wrote it, and tells those who listen. It has
 * the file open for itself: nobody waits for it. */
#ifndef SERVE_NEWS_H
#define SERVE_NEWS_H

#include "base/texts.h"
#include "serve/server.h"

struct news {
	struct server *server; /* borrowed */
	struct history *history;
	struct db_query *version;
	int64_t seen;        /* version of the file that was looked at */
	int64_t last_run;    /* its number */
	bool looked;         /* at all that there was at the beginning */
	struct texts alerts; /* ids of those that were there */
};

int news_open(struct news *news, struct server *server, struct error *err);
void news_close(struct news *news);

int news_look(struct news *news, struct error *err);

#endif
