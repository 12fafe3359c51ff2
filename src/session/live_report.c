/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/live_report.h"

#include "base/json.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_VARIABLE "BENCHGATE_TOKEN"
#define SHORT_NS UINT64_C(2000000) /* that a look at the network may take */
#define EVERY_NS UINT64_C(200000000)
#define LAST_NS UINT64_C(2000000000)
#define MAX_NAMES_BYTES 8192

/* What is to be sent; a newer progress takes the place of an older one. */
enum pending { PENDING_BEGIN, PENDING_PROGRESS, PENDING_END, NR_PENDING };

struct live_report {
	struct http *http;
	struct http_request request;
	bool is_on_its_way;
	struct buf pending[NR_PENDING]; /* empty: nothing */
	uint64_t last_ns;               /* when it looked last */
	char trouble[256];              /* that made it stop; "": none */
	struct live_bench {
		char *name;     /* owned */
		unsigned nr;    /* processes that are measured */
		bool is_unsaid; /* that there are so many */
	} * benches;
	size_t nr_benches, at; /* at: the one that is being measured; nr_benches: none */
};

static bool is_this_machine(const char *url)
{
	static const char *const names[] = { "http://127.0.0.1", "http://localhost",
		"http://[::1]" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t len = strlen(names[i]);

		if (str_starts(url, names[i]) && strchr(":/", url[len]))
			return true;
	}
	return false;
}

static int check_server_url(const char *url, struct error *err)
{
	if (!str_starts(url, "https://") && !str_starts(url, "http://"))
		return error_set(err, ERR_USAGE,
			"--live takes the address of a server, such as http://127.0.0.1:8080; '%s' is none",
			url);
	if (strpbrk(url, "?#") || str_has_control(url))
		return error_set(err, ERR_USAGE,
			"--live takes the address of a server alone, without a ? or #");
	if (!str_starts(url, "https://") && !is_this_machine(url))
		return error_set(err, ERR_USAGE,
			"--live sends a token, and to another machine that takes https://");
	return 0;
}

static void prepare_request(struct live_report *live, const char *url, const struct run *run)
{
	const char *token = getenv(TOKEN_VARIABLE);
	size_t len = strlen(url);
	struct buf text = BUF_INIT;

	http_request_init(&live->request);
	live->request.method = str_dup("POST");
	buf_add(&text, url, len - (len && url[len - 1] == '/'));
	buf_addf(&text, "/api/v1/live/%s", run->id);
	live->request.url = buf_detach(&text);
	http_request_header(&live->request, "Content-Type", "application/json");
	buf_addf(&text, "Bearer %s", token ? token : "");
	if (token)
		http_request_header(&live->request, "Authorization", text.data);
	buf_release(&text);
}

static void set_pending(struct live_report *live, enum pending which, struct json *root)
{
	buf_clear(&live->pending[which]);
	json_print_line(root, &live->pending[which]);
	json_free(root);
}

static void set_begin(struct live_report *live, const struct run *run)
{
	struct json *root = json_new_object(), *names;
	char machine[ENV_MACHINE_MAX];
	size_t nr_bytes = 0;

	env_machine(&run->env, machine);
	json_add_text(root, "event", "begin");
	json_add_text(root, "time", run->timestamp);
	json_add_text(root, "commit", run->env.values[ENV_COMMIT]);
	json_add_text(root, "branch", run->env.values[ENV_BRANCH]);
	json_add_text(root, "machine", machine);
	json_add_number(root, "all", (double)run->nr);
	names = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < run->nr && nr_bytes < MAX_NAMES_BYTES; i++) {
		nr_bytes += strlen(run->items[i].name);
		json_add_text(names, NULL, run->items[i].name);
	}
	set_pending(live, PENDING_BEGIN, root);
}

static void list_benches(struct live_report *live, const struct run *run)
{
	live->benches = mem_alloc(run->nr, sizeof *live->benches);
	for (size_t i = 0; i < run->nr; i++)
		live->benches[i] = (struct live_bench){ .name = str_dup(run->items[i].name) };
	live->nr_benches = live->at = run->nr;
}

/* --- counting ----------------------------------------------------------------------------------
 */

/* The one that was being measured is. */
static void count_measured(struct live_report *live)
{
	if (live->at == live->nr_benches)
		return;
	live->benches[live->at].nr++;
	live->benches[live->at].is_unsaid = true;
}

/* Mostly it is the next one. */
static size_t find_bench(const struct live_report *live, const char *name)
{
	for (size_t i = 0; i < live->nr_benches; i++) {
		size_t at = (live->at + 1 + i) % live->nr_benches;

		if (strcmp(live->benches[at].name, name) == 0)
			return at;
	}
	return live->nr_benches;
}

static void live_report_add_measured(struct json *to, const struct live_report *live)
{
	struct json *measured = json_add_object(to, "measured");
	size_t nr_bytes = 0;

	for (size_t i = 0; i < live->nr_benches && nr_bytes < MAX_NAMES_BYTES; i++) {
		if (!live->benches[i].is_unsaid)
			continue;
		nr_bytes += strlen(live->benches[i].name);
		json_add_number(measured, live->benches[i].name, live->benches[i].nr);
	}
}

/* --- sending -----------------------------------------------------------------------------------
 */

static void take_response(struct live_report *live, struct http_response *response)
{
	live->is_on_its_way = false;
	if (response->trouble != HTTP_FINE)
		snprintf(live->trouble, sizeof live->trouble, "%s",
			*response->said ? response->said : "it does not answer");
	else if (response->status >= 400)
		snprintf(live->trouble, sizeof live->trouble, "it answers %ld%s", response->status,
			response->status == 401 || response->status == 403
				? ": it wants a token that may write, in " TOKEN_VARIABLE
				: "");
	http_response_release(response);
}

/* What a message that another one replaces would have said is said by that. */
static void counts_are_said(struct live_report *live)
{
	for (size_t i = 0; i < live->nr_benches; i++)
		live->benches[i].is_unsaid = false;
}

static bool send_next(struct live_report *live)
{
	for (size_t i = 0; i < NR_PENDING; i++) {
		if (!live->pending[i].len)
			continue;
		if (i == PENDING_PROGRESS)
			counts_are_said(live);
		buf_clear(&live->request.body);
		buf_add(&live->request.body, live->pending[i].data, live->pending[i].len);
		buf_clear(&live->pending[i]);
		http_start(live->http, &live->request, live);
		live->is_on_its_way = true;
		return true;
	}
	return false;
}

/* Until all is sent, or time is over. */
static void look_at_network(struct live_report *live, uint64_t patience_ns)
{
	uint64_t deadline_ns = clock_now_ns() + patience_ns;

	while (!*live->trouble && (live->is_on_its_way || send_next(live))) {
		struct http_response response = { .body = BUF_INIT };
		void *whose;

		if (!http_wait(live->http, deadline_ns, &whose, &response))
			return;
		take_response(live, &response);
	}
}

int live_report_begin(
	struct live_report **live, const char *url, const struct run *run, struct error *err)
{
	struct live_report *made;

	*live = NULL;
	if (!url)
		return 0;
	if (check_server_url(url, err))
		return -1;
	made = mem_alloc(1, sizeof *made);
	for (size_t i = 0; i < NR_PENDING; i++)
		made->pending[i] = (struct buf)BUF_INIT;
	made->http = http_open(err);
	prepare_request(made, url, run);
	if (!made->http) {
		live_report_free(made);
		return -1;
	}
	set_begin(made, run);
	list_benches(made, run);
	look_at_network(made, EVERY_NS);
	*live = made;
	return 0;
}

void live_report_progress(struct live_report *live, const struct progress *progress)
{
	struct json *root;

	if (!live || *live->trouble || !progress->name)
		return;
	count_measured(live);
	live->at = find_bench(live, progress->name);
	root = json_new_object();
	json_add_text(root, "event", "progress");
	json_add_text(root, "name", progress->name);
	json_add_number(root, "done", (double)progress->nr_done);
	json_add_number(root, "all", (double)progress->nr_all);
	json_add_number(root, "elapsed_s", (double)progress->elapsed_ns / 1e9);
	json_add_number(root, "left_s", (double)progress->left_ns / 1e9);
	live_report_add_measured(root, live);
	set_pending(live, PENDING_PROGRESS, root);
	/* What is timed on another core is not to be disturbed either. */
	if (progress->nr_beside || clock_now_ns() - live->last_ns < EVERY_NS)
		return;
	look_at_network(live, SHORT_NS);
	live->last_ns = clock_now_ns();
}

void live_report_end(struct live_report *live, const char *word, struct buf *notes)
{
	struct json *root;

	if (!live)
		return;
	root = json_new_object();
	json_add_text(root, "event", "end");
	json_add_text(root, "word", word);
	count_measured(live);
	live_report_add_measured(root, live);
	set_pending(live, PENDING_END, root);
	look_at_network(live, LAST_NS);
	if (!*live->trouble && !live->is_on_its_way)
		return;
	buf_adds(notes, "note: --live: not all was told to ");
	buf_add_printable(notes, live->request.url);
	buf_adds(notes, ": ");
	buf_add_printable(notes, *live->trouble ? live->trouble : "it does not answer in time");
	buf_addc(notes, '\n');
}

void live_report_free(struct live_report *live)
{
	if (!live)
		return;
	http_close(live->http);
	http_request_release(&live->request);
	for (size_t i = 0; i < NR_PENDING; i++)
		buf_release(&live->pending[i]);
	for (size_t i = 0; i < live->nr_benches; i++)
		free(live->benches[i].name);
	free(live->benches);
	free(live);
}
