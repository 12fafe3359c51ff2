/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/orders.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A worker's orders, and who gives them. */
struct desk {
	struct channel here, there;
	struct orders orders;
};

static int open_desk(void **state)
{
	static struct desk desk;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	desk = (struct desk){ .here = CHANNEL_INIT(pair[0]), .there = CHANNEL_INIT(pair[1]) };
	orders_init(&desk.orders, &desk.there, 0);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	orders_release(&desk->orders);
	close(desk->here.fd);
	close(desk->there.fd);
	channel_release(&desk->here);
	channel_release(&desk->there);
	return 0;
}

static void give(struct desk *desk, const char *order)
{
	assert_int_equal(write(desk->here.fd, order, strlen(order)), strlen(order));
}

/* The iterations of the batches of this order, and that the next order is asked for behind them. */
static void check_batches(struct desk *desk, const char *order, const uint64_t *expected, size_t nr)
{
	struct batch done = { .wall_ns = 1000 };

	give(desk, order);
	give(desk, "stop\n");
	for (size_t i = 0; i < nr; i++) {
		done.n = orders_next(&desk->orders, i ? &done : NULL);
		assert_int_equal(done.n, expected[i]);
	}
	assert_int_equal(orders_next(&desk->orders, &done), 0);
}

TEST_WITH(batches_have_the_iterations_that_are_ordered, open_desk, close_desk)
{
	check_batches(*state, "time\t100\t3\n", (uint64_t[]){ 100, 100, 100 }, 3);
}

TEST_WITH(the_first_may_have_others, open_desk, close_desk)
{
	check_batches(*state, "time\t100\t3\t42\t0\n", (uint64_t[]){ 42, 100, 100 }, 3);
}

TEST_WITH(what_is_extra_runs_behind_the_first, open_desk, close_desk)
{
	check_batches(*state, "time\t100\t4\t42\t16\n", (uint64_t[]){ 42, 105, 105, 106 }, 4);
}

TEST_WITH(one_extra_iteration_runs_once, open_desk, close_desk)
{
	check_batches(*state, "time\t1\t4\t2\t1\n", (uint64_t[]){ 2, 1, 1, 2 }, 4);
}

TEST_WITH(a_batch_alone_runs_what_is_extra, open_desk, close_desk)
{
	check_batches(*state, "time\t1\t1\t1\t1\n", (uint64_t[]){ 2 }, 1);
}

TEST_WITH(what_was_extra_is_not_so_in_the_next_order, open_desk, close_desk)
{
	struct desk *desk = *state;
	struct batch done = { .wall_ns = 1000 };

	give(desk, "time\t10\t1\t10\t5\ntime\t10\t2\t10\nstop\n");
	assert_int_equal(orders_next(&desk->orders, NULL), 15);
	done.n = 15;
	assert_int_equal(orders_next(&desk->orders, &done), 10);
	done.n = 10;
	assert_int_equal(orders_next(&desk->orders, &done), 10);
	assert_int_equal(orders_next(&desk->orders, &done), 0);
}
