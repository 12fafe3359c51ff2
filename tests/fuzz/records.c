/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are read, changed and written: acceptances, proposals, calibrations, alert state. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "explain/bisect_steps.h"
#include "model/calibration.h"
#include "notify/notifier.h"
#include "notify/state.h"
#include "notify/state_file.h"
#include "notify/talk.h"
#include "store/acceptances.h"
#include "store/proposals.h"

#include <string.h>

#define NOW "2026-11-21T04:05:06Z"

void fuzz_acceptances(const char *bytes, size_t len)
{
	struct acceptances list = { 0 }, again = { 0 };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (acceptances_parse(bytes, len, &list, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		acceptances_print(&list, &first);
		if (acceptances_parse(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		acceptances_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another list", first.data);
		acceptances_find(&list, "sort/1000", "time");
	}
	buf_release(&first);
	buf_release(&second);
	acceptances_release(&list);
	acceptances_release(&again);
}

void fuzz_bisect_steps(const char *bytes, size_t len)
{
	struct bisect_steps steps = { 0 }, again = { 0 };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (bisect_steps_parse(bytes, len, &steps, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		bisect_steps_print(&steps, &first);
		if (bisect_steps_parse(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		bisect_steps_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "other steps", first.data);
	}
	buf_release(&first);
	buf_release(&second);
	bisect_steps_release(&steps);
	bisect_steps_release(&again);
}

void fuzz_proposals(const char *bytes, size_t len)
{
	struct proposals list = { 0 }, again = { 0 };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (proposals_parse(bytes, len, &list, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		proposals_print(&list, &first);
		if (proposals_parse(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		proposals_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another list", first.data);
		proposals_find(&list, "sort/1000");
	}
	buf_release(&first);
	buf_release(&second);
	proposals_release(&list);
	proposals_release(&again);
}

void fuzz_calibration(const char *bytes, size_t len)
{
	struct calibration calibration = CALIBRATION_INIT, again = CALIBRATION_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (calibration_json_read(bytes, len, &calibration, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		calibration_json_print(&calibration, &first);
		if (calibration_json_read(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		calibration_json_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another calibration", first.data);
	}
	buf_release(&first);
	buf_release(&second);
	calibration_release(&calibration);
	calibration_release(&again);
}

/* Sends what was kept to a service that takes everything. */
static void send_unsent(const struct outlet *outlet, const struct unsent *unsent)
{
	struct http_response response = { .status = 200, .body = BUF_INIT };
	struct secrets secrets = { 0 };
	struct talk talk = talk_about(outlet, unsent->id, unsent->body, &secrets);
	enum talk_next next;

	talk.progress = unsent->progress ? str_dup(unsent->progress) : NULL;
	next = talk_step(&talk, NULL);
	buf_adds(&response.body, "[{\"id\":5,\"body\":\"x\",\"user\":{\"login\":\"y\"}}]");
	for (int i = 0; next == TALK_ASK && i < 50; i++)
		next = talk_step(&talk, &response);
	talk_release(&talk);
	secrets_release(&secrets);
	http_response_release(&response);
}

static void send_all_unsent(const struct unsents *unsents)
{
	for (size_t i = 0; i < unsents->nr; i++)
		for (size_t at = 0; at < fuzz_outlets()->nr; at++) {
			const struct outlet *outlet = &fuzz_outlets()->items[at];

			if (outlet->notifier->step &&
				strcmp(outlet->notifier->type, unsents->items[i].type) == 0)
				send_unsent(outlet, &unsents->items[i]);
		}
}

/* The text of the state again; what had to be dropped is said in a warning. */
static void print_state(struct state *state, struct buf *out)
{
	struct buf warnings = BUF_INIT;

	state_print(state, out, &warnings);
	fuzz_check(warnings.len == 0, "something was dropped", warnings.data);
	buf_release(&warnings);
}

static void use_state(struct state *state)
{
	struct json *json = json_new_object();
	struct buf warnings = BUF_INIT;
	size_t lost[LOSS_NR_KINDS] = { 0 };

	state_write_alerts(state, NULL, json);
	json_free(json);
	state_silenced(state, "sort/1000", NOW);
	send_all_unsent(&state->unsent);
	state_expire(state, NOW, &warnings);
	fuzz_check(fuzz_is_printable(warnings.data, true), "no good warning", warnings.data);
	while (state_shrink(state, lost))
		;
	buf_release(&warnings);
}

void fuzz_state(const char *bytes, size_t len)
{
	struct state state = { .alerts = { 0 } }, again = { .alerts = { 0 } };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (state_parse(bytes, len, &state, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		print_state(&state, &first);
		if (state_parse(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		print_state(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another state", first.data);
		use_state(&state);
	}
	buf_release(&first);
	buf_release(&second);
	state_release(&state);
	state_release(&again);
}
