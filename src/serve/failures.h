/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who tried wrong tokens, and how long they are not listened to for it. Pure but for its lock: who
 * calls says what time it is. */
#ifndef SERVE_FAILURES_H
#define SERVE_FAILURES_H

#include <pthread.h>
#include <stdint.h>

#define FAILURES_FREE 5    /* so many cost nothing */
#define FAILURES_MAX_S 300 /* longest wait */
#define FAILURES_PEERS 256 /* that are known; the one that failed longest ago makes room */

struct failures {
	pthread_mutex_t lock;
	struct failing {
		char peer[64];
		unsigned nr;
		uint64_t last_s;
	} peers[FAILURES_PEERS];
};

void failures_init(struct failures *failures);
void failures_release(struct failures *failures);

/* How many seconds the peer still has to wait; 0: none. */
uint64_t failures_wait(struct failures *failures, const char *peer, uint64_t now_s);
void failures_add(struct failures *failures, const char *peer, uint64_t now_s);

/* All addresses of one customer: of IPv6 the first 64 bits. */
void failures_name(const char *address, char name[64]);

#endif
