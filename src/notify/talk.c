/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/talk.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct talk talk_about(const struct outlet *outlet, const char *id, const struct json *body,
	struct secrets *secrets)
{
	struct talk talk = {
		.outlet = outlet, .body = body, .id = id, .secrets = secrets, .error = ERROR_INIT
	};

	http_request_init(&talk.request);
	return talk;
}

void talk_release(struct talk *talk)
{
	http_request_release(&talk->request);
	free(talk->found);
	free(talk->left);
	free(talk->progress);
	talk->found = talk->left = talk->progress = NULL;
}

static bool is_named(const char *host, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(host, name, len) == 0;
}

/* Not by how it begins: a host may be called 127.example.org, and a user localhost. */
static bool is_loopback(const char *url)
{
	const char *host = url + strlen("http://");
	size_t len = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");

	if (memchr(host, '@', strcspn(host, "/?#")))
		return false;
	return is_named(host, len, "localhost") || is_named(host, len, "[::1]") ||
		(str_starts(host, "127.") && strspn(host, "0123456789.") == len);
}

/* Whatever of the request is a secret would be put in another's place by secrets_mask. */
static bool carries_secret(const struct talk *talk)
{
	const struct http_request *request = &talk->request;
	struct buf text = BUF_INIT, masked = BUF_INIT;
	bool carries;

	buf_addf(&text, "%s\n", request->url);
	for (size_t i = 0; i < request->headers.nr; i++)
		buf_addf(&text, "%s\n", request->headers.items[i]);
	buf_add(&text, request->body.data, request->body.len);
	buf_adds(&masked, text.data);
	secrets_mask(talk->secrets, &masked);
	carries = strcmp(masked.data, text.data) != 0;
	explicit_bzero(text.data, text.len);
	buf_release(&text);
	buf_release(&masked);
	return carries;
}

/* Whoever is on the way could read it. */
static bool is_exposed(const struct talk *talk)
{
	const char *url = talk->request.url;

	return url && str_starts(url, "http://") && !is_loopback(url) && carries_secret(talk);
}

enum talk_next talk_step(struct talk *talk, const struct http_response *response)
{
	const struct outlet_terms *terms = talk->outlet->terms;
	enum talk_next next;

	http_request_release(&talk->request);
	talk->request.timeout_ns = terms->timeout_ns;
	talk->request.connect_timeout_ns = terms->connect_timeout_ns;
	talk->request.ca_file = terms->ca_file ? str_dup(terms->ca_file) : NULL;
	talk->repeatable = false;
	talk->response = response;
	next = talk->outlet->notifier->step(talk);
	if (next != TALK_ASK || !is_exposed(talk))
		return next;
	error_set(&talk->error, ERR_USAGE,
		"a secret would go there by http://, which others can read on the way; the address must begin with https://");
	return TALK_REFUSED;
}

#define MAX_OUTPUT 4096

struct channel_child {
	struct program program;
	struct program_job job;
	struct buf output;
	bool runs;
};

struct channel_child *channel_child_start(
	const struct outlet *outlet, const struct json *body, struct error *err)
{
	struct channel_child *child = mem_alloc(1, sizeof *child);
	struct buf input = BUF_INIT;

	child->output = (struct buf)BUF_INIT_MAX(MAX_OUTPUT);
	outlet->notifier->program(outlet, &child->program);
	json_print_line(body, &input);
	child->program.input = &input;
	child->runs = !program_start(&child->program, &child->job, err);
	child->program.input = NULL;
	buf_release(&input);
	if (child->runs)
		return child;
	channel_child_free(child);
	return NULL;
}

static const char *last_line(struct buf *output)
{
	const char *start;

	while (output->len && strchr("\r\n \t", output->data[output->len - 1]))
		output->data[--output->len] = '\0';
	start = strrchr(output->data, '\n');
	return start ? start + 1 : output->data;
}

static void talk_complain(
	struct channel_child *child, const struct program_end *end, struct error *err)
{
	struct buf how = BUF_INIT, said = BUF_INIT;

	program_end_spell(&child->program, end, &how);
	buf_add_printable(&said, last_line(&child->output));
	error_set(err, ERR_IO, "the command %s%s%.300s", how.data, said.len ? ": " : "", said.data);
	buf_release(&how);
	buf_release(&said);
}

enum channel_child_end channel_child_wait(
	struct channel_child *child, uint64_t until_ns, struct error *err)
{
	struct program_end end;

	if (!program_wait(&child->job, until_ns, &child->output, &end))
		return CHILD_RUNS;
	child->runs = false;
	if (program_is_fine(&end))
		return CHILD_DONE;
	talk_complain(child, &end, err);
	return CHILD_FAILED;
}

void channel_child_free(struct channel_child *child)
{
	if (!child)
		return;
	if (child->runs)
		program_give_up(&child->job, NULL);
	buf_release(&child->output);
	free((void *)child->program.argv);
	free(child);
}
