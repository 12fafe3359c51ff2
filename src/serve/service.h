/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A history over HTTP: requests in, answers out (sys/httpd.h), without a network. Whoever asks is
 * checked first (serve/access.c); then a row of the table of routes answers. Answers that only the
 * history decides are kept until it changes.
 */
#ifndef SERVE_SERVICE_H
#define SERVE_SERVICE_H

#include "serve/server.h"

struct httpd_service server_service(struct server *server);

#endif
