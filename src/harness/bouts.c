/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/bouts.h"

#include <stdbool.h>

/* Where things stand. The cost of a session is that of the last; 0: there was none. */
struct state {
	const struct bouts *bouts;
	uint64_t start_ns;
	uint64_t session_ns; /* when the last session began */
	uint64_t session_cost_ns;
	uint64_t gate_cost_ns; /* of the longest: gates are of two kinds */
	bool after_session;
};

static uint64_t left_ns(const struct state *state)
{
	uint64_t spent_ns = state->bouts->now_ns() - state->start_ns;

	return spent_ns < state->bouts->budget_ns ? state->bouts->budget_ns - spent_ns : 0;
}

/* Until a session may begin. */
static uint64_t due_ns(const struct state *state)
{
	uint64_t since_ns = state->bouts->now_ns() - state->session_ns;

	if (!state->session_cost_ns || since_ns >= state->bouts->gap_ns)
		return 0;
	return state->bouts->gap_ns - since_ns;
}

/* Never 0, which stands for a bout that never was. */
static uint64_t cost_since(const struct bouts *bouts, uint64_t start_ns)
{
	uint64_t cost_ns = bouts->now_ns() - start_ns;

	return cost_ns ? cost_ns : 1;
}

static int session(struct state *state)
{
	const struct bouts *bouts = state->bouts;
	uint64_t limit_ns = left_ns(state);
	int rc;

	/* The first, whose cost nobody knows, is to leave time for a gate. */
	if (!state->session_cost_ns)
		limit_ns /= 2;
	state->session_ns = bouts->now_ns();
	rc = bouts->session(bouts->context, limit_ns);
	state->session_cost_ns = cost_since(bouts, state->session_ns);
	state->after_session = true;
	return rc;
}

static int gate(struct state *state)
{
	const struct bouts *bouts = state->bouts;
	uint64_t start_ns = bouts->now_ns();
	int rc = bouts->gate(bouts->context, left_ns(state));
	uint64_t cost_ns;

	cost_ns = cost_since(bouts, start_ns);
	if (cost_ns > state->gate_cost_ns)
		state->gate_cost_ns = cost_ns;
	state->after_session = false;
	return rc;
}

/* Sessions are rare, and what they tell of drift is dear: a gate must not cost the last one. Where
 * sessions are so long that one is always due, gates have every other turn. */
static int bouts_next(struct state *state)
{
	uint64_t left = left_ns(state), due = due_ns(state);
	uint64_t session_cost = state->session_cost_ns, gate_cost = state->gate_cost_ns;
	bool session_fits = due + session_cost <= left, gate_fits = gate_cost <= left;
	bool both_fit = gate_cost + session_cost <= left;

	if (session_fits && !due && !(state->after_session && both_fit))
		return session(state);
	if (gate_fits && (both_fit || !session_fits || !gate_cost))
		return gate(state);
	if (!session_fits)
		return -1;
	state->bouts->rest(state->bouts->context, due);
	return 0;
}

void bouts_run(const struct bouts *bouts)
{
	struct state state = { .bouts = bouts, .start_ns = bouts->now_ns() };

	while (!bouts->interrupted() && left_ns(&state) && !bouts_next(&state))
		;
}
