/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/failures.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define FORGET_S 3600

void failures_init(struct failures *failures)
{
	memset(failures, 0, sizeof *failures);
	pthread_mutex_init(&failures->lock, NULL);
}

void failures_release(struct failures *failures)
{
	pthread_mutex_destroy(&failures->lock);
}

void failures_name(const char *address, char name[64])
{
	unsigned char bytes[16];
	int len = 0;

	if (inet_pton(AF_INET6, address, bytes) != 1) {
		snprintf(name, 64, "%.63s", address);
		return;
	}
	for (int i = 0; i < 8; i++)
		len += snprintf(name + len, 64 - (size_t)len, "%02x", bytes[i]);
}

static struct failing *find_peer(struct failures *failures, const char *peer)
{
	for (size_t i = 0; i < FAILURES_PEERS; i++)
		if (failures->peers[i].nr && strcmp(failures->peers[i].peer, peer) == 0)
			return &failures->peers[i];
	return NULL;
}

static struct failing *make_room(struct failures *failures)
{
	struct failing *oldest = &failures->peers[0];

	for (size_t i = 0; i < FAILURES_PEERS; i++)
		if (failures->peers[i].last_s < oldest->last_s)
			oldest = &failures->peers[i];
	return oldest;
}

/* 1, 2, 4 ... seconds. */
static uint64_t penalty_of(const struct failing *failing)
{
	unsigned beyond = failing->nr > FAILURES_FREE ? failing->nr - FAILURES_FREE - 1 : 0;

	if (failing->nr <= FAILURES_FREE)
		return 0;
	return beyond < 9 && (1u << beyond) < FAILURES_MAX_S ? 1u << beyond : FAILURES_MAX_S;
}

uint64_t failures_wait(struct failures *failures, const char *peer, uint64_t now_s)
{
	const struct failing *failing;
	uint64_t wait = 0;

	pthread_mutex_lock(&failures->lock);
	failing = find_peer(failures, peer);
	if (failing && failing->last_s + penalty_of(failing) > now_s)
		wait = failing->last_s + penalty_of(failing) - now_s;
	pthread_mutex_unlock(&failures->lock);
	return wait;
}

void failures_add(struct failures *failures, const char *peer, uint64_t now_s)
{
	struct failing *failing;

	pthread_mutex_lock(&failures->lock);
	failing = find_peer(failures, peer);
	if (!failing) {
		failing = make_room(failures);
		*failing = (struct failing){ .nr = 0 };
		snprintf(failing->peer, sizeof failing->peer, "%s", peer);
	}
	if (failing->last_s + FORGET_S < now_s)
		failing->nr = 0;
	failing->nr++;
	failing->last_s = now_s;
	pthread_mutex_unlock(&failures->lock);
}
