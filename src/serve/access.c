/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/access.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/http.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- by which name -----------------------------------------------------------------------------
 */

/* Without its port; of an address in brackets what is in them. */
static bool split_host(const char *said, char host[256])
{
	bool has_brackets = *said == '[';
	size_t len = strcspn(said + has_brackets, has_brackets ? "]" : ":");
	const char *rest = said + has_brackets + len;

	if (has_brackets && *rest++ != ']')
		return false;
	if (!len || len > 255 || (*rest == ':' && strspn(rest + 1, "0123456789") > 5))
		return false;
	if (*rest && (*rest != ':' || rest[1 + strspn(rest + 1, "0123456789")]))
		return false;
	snprintf(host, 256, "%.*s", (int)len, said + has_brackets);
	return true;
}

static bool is_address(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static bool is_own_name(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
		(is_address(host) && str_starts(host, "127."));
}

static bool is_host_known(const struct server *server, const char *host)
{
	for (size_t i = 0; i < server->settings->hosts.nr; i++)
		if (strcasecmp(server->settings->hosts.items[i], host) == 0)
			return true;
	return false;
}

bool access_check_host(const struct server *server, const struct httpd_request *request,
	struct httpd_answer *answer)
{
	const char *said = http_header_in(&request->headers, "Host");
	char host[256];

	if (!said || !split_host(said, host)) {
		answer_error(answer, 400, "the request has no Host, or one that is none");
		return false;
	}
	if (is_own_name(host) || is_address(host) || is_host_known(server, host))
		return true;
	answer_error(answer, 421,
		"this server does not know itself by that name: start it with --host NAME");
	return false;
}

/* --- by which token ----------------------------------------------------------------------------
 */

static bool came_through_proxy(const struct httpd_request *request)
{
	static const char *const names[] = { "X-Forwarded-For", "Forwarded", "X-Real-IP", "Via" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (http_header_in(&request->headers, names[i]))
			return true;
	return false;
}

static bool is_reading_open(const struct server *server, const struct httpd_request *request)
{
	const char *said = http_header_in(&request->headers, "Host");
	char host[256];

	if (server->settings->reading != READING_AUTO)
		return server->settings->reading == READING_OPEN;
	return request->is_local && !came_through_proxy(request) && said &&
		split_host(said, host) && is_own_name(host);
}

/* Who is counted: behind a proxy of this machine the address that it adds at the end. */
static void name_peer(const struct httpd_request *request, char name[64])
{
	const char *list = http_header_in(&request->headers, "X-Forwarded-For");
	const char *last = list ? strrchr(list, ',') : NULL;

	last = last ? last + 1 : list;
	if (!request->is_local || !last)
		failures_name(request->peer, name);
	else
		failures_name(last + strspn(last, " "), name);
}

static bool find_token(struct server *server, const char *said, struct access *access)
{
	struct error ignored = ERROR_INIT;
	const struct token *token;

	pthread_mutex_lock(&server->tokens_lock);
	server_load_tokens(server, &ignored);
	token = tokens_find(&server->tokens, said);
	if (token) {
		access->role = token->role;
		snprintf(access->name, sizeof access->name, "%s", token->name);
	}
	pthread_mutex_unlock(&server->tokens_lock);
	return token != NULL;
}

static bool refuse(struct httpd_answer *answer, unsigned status, const char *text)
{
	answer_error(answer, status, text);
	if (status == 401)
		texts_add(&answer->headers, "WWW-Authenticate: Bearer realm=\"benchgate\"");
	return false;
}

static bool refuse_for_now(struct httpd_answer *answer, uint64_t wait_s)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "Retry-After: %" PRIu64, wait_s);
	texts_add(&answer->headers, line.data);
	buf_release(&line);
	return refuse(answer, 429, "too many wrong tokens came from there: wait");
}

/* A good token never waits: behind a proxy everybody may have one address, and a stranger's guesses
 * must not lock the others out. There is nothing to gain by guessing on, for a token is 256 random
 * bits; the wait keeps wrong ones from costing more than a hash. */
static bool check_token(struct server *server, const struct httpd_request *request,
	const char *said, struct access *access, struct httpd_answer *answer)
{
	uint64_t now_s = clock_now_ns() / 1000000000u, wait_s;
	char peer[64];

	if (strncasecmp(said, "Bearer ", 7) == 0 && find_token(server, said + 7, access))
		return true;
	name_peer(request, peer);
	wait_s = failures_wait(&server->failures, peer, now_s);
	if (wait_s)
		return refuse_for_now(answer, wait_s);
	failures_add(&server->failures, peer, now_s);
	return refuse(answer, 401, "that token is not valid");
}

bool access_check_role(struct server *server, const struct httpd_request *request, enum role needed,
	struct access *access, struct httpd_answer *answer)
{
	const char *said = http_header_in(&request->headers, "Authorization");

	*access = (struct access){ ROLE_NONE, "" };
	if (needed == ROLE_NONE)
		return true;
	if (said && !check_token(server, request, said, access, answer))
		return false;
	if (!said && is_reading_open(server, request))
		access->role = ROLE_READ;
	if (access->role >= needed)
		return true;
	if (said)
		return refuse(answer, 403, "the token's role does not allow that");
	return refuse(answer, 401,
		"that needs a token: 'benchgate serve token add NAME --role read' makes one, and the header is Authorization: Bearer TOKEN");
}
