/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/bouts.h"

#include <signal.h>
#include <string.h>

#define S UINT64_C(1000000000)
#define MAX_STORY 400

/* A world without waiting. It is static, for its clock takes no context. */
static struct world {
	uint64_t now_ns, start_ns;
	uint64_t session_cost_ns, gate_cost_ns;
	uint64_t last_session_ns, nearest_ns; /* how near two sessions came */
	uint64_t first_limit_ns;
	char story[MAX_STORY]; /* S a session, g a gate, . a rest */
	size_t len;
	size_t interrupted_after, given_up_after; /* letters; 0: never */
} world;

static uint64_t now_ns(void)
{
	return world.now_ns;
}

static int interrupted(void)
{
	return world.interrupted_after && world.len >= world.interrupted_after ? SIGINT : 0;
}

static int tell(char letter, uint64_t cost_ns, uint64_t limit_ns)
{
	assert_true(world.len + 1 < MAX_STORY);
	assert_true(limit_ns > 0);
	if (!world.len)
		world.first_limit_ns = limit_ns;
	world.story[world.len++] = letter;
	/* The limit is kept, as a schedule keeps its budget. */
	world.now_ns += cost_ns < limit_ns ? cost_ns : limit_ns;
	return world.given_up_after && world.len >= world.given_up_after ? -1 : 0;
}

static int session(void *context, uint64_t limit_ns)
{
	uint64_t since_ns = world.now_ns - world.last_session_ns;

	assert_ptr_equal(context, &world);
	if (strchr(world.story, 'S') && since_ns < world.nearest_ns)
		world.nearest_ns = since_ns;
	world.last_session_ns = world.now_ns;
	return tell('S', world.session_cost_ns, limit_ns);
}

static int gate(void *context, uint64_t limit_ns)
{
	assert_ptr_equal(context, &world);
	return tell('g', world.gate_cost_ns, limit_ns);
}

static void rest(void *context, uint64_t time_ns)
{
	assert_ptr_equal(context, &world);
	tell('.', time_ns, UINT64_MAX);
}

static const char *story_of(
	uint64_t budget_ns, uint64_t session_cost_ns, uint64_t gate_cost_ns, struct world with)
{
	struct bouts bouts = { budget_ns, 60 * S, now_ns, interrupted, session, gate, rest,
		&world };

	world = with;
	world.now_ns = world.start_ns = 1000 * S;
	world.nearest_ns = UINT64_MAX;
	world.session_cost_ns = session_cost_ns;
	world.gate_cost_ns = gate_cost_ns;
	bouts_run(&bouts);
	assert_true(world.nearest_ns >= 60 * S);
	return world.story;
}

static const struct world usual = { .now_ns = 0 };

TEST(gates_fill_the_time_between_sessions)
{
	assert_string_equal(story_of(300 * S, 20 * S, 20 * S, usual), "SggSggSggSggSgg");
	assert_string_equal(story_of(100 * S, 5 * S, 30 * S, usual), "SggSg");
	assert_true(world.now_ns - world.start_ns <= 100 * S);
}

TEST(a_gate_does_not_cost_the_last_session)
{
	/* At 55 s there is time for one of the two. */
	assert_string_equal(story_of(85 * S, 15 * S, 20 * S, usual), "Sgg.S");
	assert_string_equal(story_of(76 * S, 15 * S, 20 * S, usual), "Sgg.S");
	assert_string_equal(story_of(74 * S, 15 * S, 20 * S, usual), "Sgg");
}

TEST(long_sessions_do_not_starve_the_gates)
{
	assert_string_equal(story_of(1000 * S, 100 * S, 30 * S, usual), "SgSgSgSgSgSgSS");
}

TEST(a_short_budget_has_one_of_each)
{
	assert_string_equal(story_of(10 * S, 8 * S, 8 * S, usual), "Sg");
	assert_int_equal(world.first_limit_ns, 5 * S);
	assert_true(world.now_ns - world.start_ns <= 10 * S);
	assert_string_equal(story_of(10 * S, 2 * S, 3 * S, usual), "Sgg");
	assert_string_equal(story_of(0, 2 * S, 3 * S, usual), "");
}

TEST(nothing_follows_a_signal_or_a_failure)
{
	struct world stopped = { .interrupted_after = 2 }, failed = { .given_up_after = 1 };

	assert_string_equal(story_of(300 * S, 20 * S, 20 * S, stopped), "Sg");
	assert_string_equal(story_of(300 * S, 20 * S, 20 * S, failed), "S");
}
