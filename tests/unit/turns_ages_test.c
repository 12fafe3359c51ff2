/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How old the processes of each unit get. */
#include "support/test.h"

#include "support/fake_turns.h"

/* One unit of four is longer, and all four take as long as the plan says. */
TEST(every_fourth_unit_sees_older_processes)
{
	uint64_t sum_ns = 0;

	begin_turns("a", "standard", 8);
	day.run.plan.duet_ns = 1000000;
	players.ageing[0] = 0.1;
	players.ageing[1] = -0.1; /* it was something else */
	work_units();
	assert_int_equal(players.nr_asked, 16);
	for (size_t i = 0; i < players.nr_asked; i++) {
		assert_int_equal(players.asked[i].is_long, i / 2 % 4 == 1);
		assert_false(players.asked[i].is_late);
		sum_ns += players.asked[i].duet_ns;
	}
	assert_in_range(sum_ns, 15999990, 16000000);
	assert_true(players.asked[2].duet_ns > 3 * players.asked[0].duet_ns);
	end_turns();
}

TEST(once_a_long_unit_ages_only_old_processes_follow)
{
	begin_turns("a", "standard", 8);
	day.run.plan.duet_ns = 1000000;
	players.ageing[1] = 0.1; /* the first process was not old enough */
	work_units();
	for (size_t i = 0; i < players.nr_asked; i++) {
		assert_int_equal(players.asked[i].is_late, i >= 4);
		assert_int_equal(players.asked[i].is_long, i == 2 || i == 3);
		assert_int_equal(day.run.items[0].duets.items[i].late, i >= 4);
	}
	assert_int_equal(players.asked[4].duet_ns, 4000000);
	end_turns();
}
