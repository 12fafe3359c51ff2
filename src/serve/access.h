/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may ask for what. What is refused has its answer. */
#ifndef SERVE_ACCESS_H
#define SERVE_ACCESS_H

#include "serve/routes.h"

#define ACCESS_NAME_MAX 65

struct access {
	enum role role;
	char name[ACCESS_NAME_MAX]; /* of its token; "": none */
};

/* Is it meant for this server? A page of somebody else's can make a browser ask us under a name of
 * its own that leads here (DNS rebinding); names that nobody gave us are refused. */
bool access_check_host(const struct server *server, const struct httpd_request *request,
	struct httpd_answer *answer);

/* May they call it? */
bool access_check_role(struct server *server, const struct httpd_request *request, enum role needed,
	struct access *access, struct httpd_answer *answer);

#endif
