/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/http.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/http_transfer.h"
#include "sys/process.h"

#include <stdlib.h>

/* How soon an interrupt is noticed. */
#define SLICE_NS (UINT64_C(100) * 1000000)

struct http {
	CURLM *multi;
	struct transfer *first;
};

struct http *http_open(struct error *err)
{
	struct http *http;

	if (http_curl_load(err))
		return NULL;
	http = mem_alloc(1, sizeof *http);
	http->multi = curl.multi_init();
	return http;
}

static void let_go(struct http *http, struct transfer *transfer)
{
	if (transfer->easy)
		curl.multi_remove_handle(http->multi, transfer->easy);
	transfer_free(transfer);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	while (http->first) {
		struct transfer *transfer = http->first;

		http->first = transfer->next;
		let_go(http, transfer);
	}
	curl.multi_cleanup(http->multi);
	free(http);
}

void http_start(struct http *http, const struct http_request *request, void *whose)
{
	struct transfer *transfer = transfer_new(request, whose);

	transfer->next = http->first;
	http->first = transfer;
	if (transfer->easy)
		curl.multi_add_handle(http->multi, transfer->easy);
}

/* One that has ended, or NULL. */
static struct transfer *next_ended(struct http *http)
{
	struct transfer *transfer;
	CURLMsg *message;
	int nr_left;

	for (transfer = http->first; transfer; transfer = transfer->next)
		if (!transfer->easy)
			return transfer;
	curl.multi_perform(http->multi, &nr_left);
	message = curl.multi_info_read(http->multi, &nr_left);
	if (!message)
		return NULL;
	curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
	transfer_end(transfer, message->data.result);
	return transfer;
}

static void take_out(struct http *http, struct transfer *transfer)
{
	struct transfer **at = &http->first;

	while (*at && *at != transfer)
		at = &(*at)->next;
	if (*at)
		*at = transfer->next;
}

bool http_wait(
	struct http *http, uint64_t deadline_ns, void **whose, struct http_response *response)
{
	for (;;) {
		struct transfer *ended = next_ended(http);
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

		if (ended) {
			*whose = ended->whose;
			*response = ended->response;
			ended->response = (struct http_response){ .body = BUF_INIT };
			take_out(http, ended);
			let_go(http, ended);
			return true;
		}
		if (!left_ns || process_interrupted())
			return false;
		if (left_ns > SLICE_NS)
			left_ns = SLICE_NS;
		curl.multi_poll(http->multi, NULL, 0, (int)(left_ns / 1000000) + 1, NULL);
	}
}
