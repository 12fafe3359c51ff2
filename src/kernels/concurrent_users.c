/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small bank under load: four threads read what 400 users want, which is to look at some of 1,024
 * accounts and to move money between others. However they take turns, each account ends with the
 * same balance. Accounts share 64 locks; which core had one last is luck, so this spreads more from
 * process to process than other kernels do.
 */
#include <benchgate.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, USERS = 400, REQUESTS = 400, LINE = 16, ACCOUNTS = 1024, SHARDS = 64 };

static struct shard {
	_Alignas(64) pthread_mutex_t lock; /* on a cache line that no other shard wants */
	int64_t balances[ACCOUNTS / SHARDS];
} shards[SHARDS];

struct request {
	uint32_t from, to;
	uint32_t amount; /* 0: only looks at what is in from */
};

static char wishes[USERS][REQUESTS][LINE]; /* requests as they come over a line: "from to amount" */
static atomic_uint nr_served;

static struct request draw_request(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return (struct request){
		.from = *state % ACCOUNTS,
		.to = *state / ACCOUNTS % ACCOUNTS,
		.amount = *state >> 31 ? *state >> 20 & 0x3ff : 0,
	};
}

static void open_bank(struct bg_run *run)
{
	uint32_t state = 400;

	run->items = USERS * REQUESTS;
	for (int i = 0; i < SHARDS; i++)
		pthread_mutex_init(&shards[i].lock, NULL);
	for (int i = 0; i < USERS * REQUESTS; i++) {
		struct request request = draw_request(&state);

		snprintf(wishes[i / REQUESTS][i % REQUESTS], LINE, "%u %u %u",
			(unsigned)request.from, (unsigned)request.to, (unsigned)request.amount);
	}
}

static void close_bank(struct bg_run *run)
{
	(void)run;
	for (int i = 0; i < SHARDS; i++)
		pthread_mutex_destroy(&shards[i].lock);
}

static int64_t change_balance(uint32_t account, int64_t amount)
{
	struct shard *shard = &shards[account % SHARDS];
	int64_t balance;

	pthread_mutex_lock(&shard->lock);
	balance = shard->balances[account / SHARDS] += amount;
	pthread_mutex_unlock(&shard->lock);
	return balance;
}

static uint32_t concurrent_users_read_number(const char **at)
{
	uint32_t value = 0;

	for (; **at >= '0'; ++*at)
		value = value * 10 + (uint32_t)(**at - '0');
	++*at;
	return value;
}

static int64_t serve_user(uint32_t user)
{
	int64_t seen = 0;

	for (int i = 0; i < REQUESTS; i++) {
		const char *line = wishes[user][i];
		uint32_t from = concurrent_users_read_number(&line),
			 to = concurrent_users_read_number(&line);
		uint32_t amount = concurrent_users_read_number(&line);

		seen += change_balance(from, -(int64_t)amount);
		if (amount)
			change_balance(to, amount);
	}
	return seen;
}

/* A thread takes the next user when it is done with one, so none is idle while others queue. */
static void *serve_users(void *data)
{
	uint32_t user;

	while ((user = atomic_fetch_add(&nr_served, 1)) < USERS)
		BG_KEEP(serve_user(user));
	return data;
}

static int serve_all(void)
{
	pthread_t threads[THREADS];
	int nr = 0;

	for (int i = 0; i < SHARDS; i++)
		memset(shards[i].balances, 0, sizeof shards[i].balances);
	nr_served = 0;
	while (nr < THREADS && !pthread_create(&threads[nr], NULL, serve_users, NULL))
		nr++;
	for (int i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	return nr;
}

/* The same requests one after the other, without locks. */
static void serve_slowly(int64_t balances[ACCOUNTS])
{
	uint32_t state = 400;

	for (int i = 0; i < USERS * REQUESTS; i++) {
		struct request request = draw_request(&state);

		balances[request.from] -= request.amount;
		balances[request.to] += request.amount;
	}
}

BG_BENCH(load_test_concurrent_users, BG_COMPREHENSIVE, BG_SETUP(open_bank), BG_TEARDOWN(close_bank),
	BG_ABOUT("4 threads serve 400 users, 160,000 requests, from a store with 64 locks"))
{
	int64_t balances[ACCOUNTS] = { 0 };
	int nr = 0;

	BG_LOOP(run)
		nr = serve_all();

	if (nr < THREADS)
		bg_fail(run, "only %d of %d threads could start", nr, THREADS);
	serve_slowly(balances);
	for (uint32_t i = 0; i < ACCOUNTS; i++)
		if (shards[i % SHARDS].balances[i / SHARDS] != balances[i])
			bg_fail(run, "account %u has another balance", (unsigned)i);
}
