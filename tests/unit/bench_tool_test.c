/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "session/bench_tool.h"

#include "model/bench_command.h"
#include "sys/process.h"

#define MINUTE_NS UINT64_C(60000000000)

/* What a run of the tool's one benchmark may take; own_ns: as the policy file says, or 0. */
static uint64_t listed_timeout_ns(uint64_t own_ns, const struct plan *plan)
{
	const struct bench_command tool = { .text = (char[]){ "echo BenchmarkA-2 100 100 ns/op" },
		.shell = true,
		.timeout_ns = own_ns };
	struct catalog catalog = CATALOG_INIT;
	struct error err = ERROR_INIT;
	uint64_t timeout_ns;

	assert_int_equal(bench_tool_list(&tool, NULL, plan, &catalog, &err), 0);
	assert_int_equal(catalog.benches.nr, 1);
	timeout_ns = catalog.benches.items[0].command->timeout_ns;
	catalog_release(&catalog);
	return timeout_ns;
}

TEST(a_tool_may_take_half_an_hour_unless_somebody_says_how_long)
{
	struct plan said = PLAN_UNSAID;

	process_setup();
	said.timeout_ns = MINUTE_NS;
	assert_int_equal(listed_timeout_ns(0, NULL), 30 * MINUTE_NS);
	assert_int_equal(listed_timeout_ns(0, &(struct plan)PLAN_UNSAID), 30 * MINUTE_NS);
	assert_int_equal(listed_timeout_ns(0, &said), MINUTE_NS);
	assert_int_equal(listed_timeout_ns(2 * MINUTE_NS, &said), 2 * MINUTE_NS);
}
