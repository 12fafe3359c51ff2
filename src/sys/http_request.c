/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/http.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_request_init(struct http_request *request)
{
	*request = (struct http_request){ .body = BUF_INIT };
}

void http_request_release(struct http_request *request)
{
	free(request->method);
	free(request->url);
	texts_release(&request->headers);
	buf_release(&request->body);
	free(request->credentials);
	free(request->signing);
	free(request->mail_from);
	texts_release(&request->mail_to);
	free(request->ca_file);
	http_request_init(request);
}

void http_request_header(struct http_request *request, const char *name, const char *value)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s: %s", name, value);
	texts_add(&request->headers, line.data);
	buf_release(&line);
}

void http_response_release(struct http_response *response)
{
	texts_release(&response->headers);
	buf_release(&response->body);
	texts_release(&response->refused);
}

const char *http_header_in(const struct texts *headers, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < headers->nr; i++) {
		const char *line = headers->items[i];

		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " \t");
	}
	return NULL;
}

const char *http_header(const struct http_response *response, const char *name)
{
	return http_header_in(&response->headers, name);
}

const char *http_request_control(const struct http_request *request)
{
	if (str_has_control(request->url) || str_has_control(request->method))
		return "its address";
	for (size_t i = 0; i < request->headers.nr; i++)
		if (str_has_control(request->headers.items[i]))
			return "a header";
	for (size_t i = 0; i < request->mail_to.nr; i++)
		if (str_has_control(request->mail_to.items[i]))
			return "a recipient's address";
	return str_has_control(request->mail_from) ? "the sender's address" : NULL;
}
