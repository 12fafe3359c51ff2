/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/reading.h"

#include <malloc.h>
#include <pthread.h>

#define HEAP_STEP_BYTES (1 << 20)

static void *read_file(void *context)
{
	struct reading *reading = context;
	bool is_result;

	reading->rc = result_file_read(
		reading->path, reading->hint, reading->run, &is_result, &reading->err);
	return NULL;
}

/* A thread's own heap would grow by a page at a time, with a call of the kernel each. */
static void share_heap(void)
{
#ifdef M_ARENA_MAX
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TOP_PAD, HEAP_STEP_BYTES);
#endif
}

int reading_both(struct reading readings[2], struct error *err)
{
	pthread_t thread;
	bool apart;

	share_heap();
	apart = pthread_create(&thread, NULL, read_file, &readings[0]) == 0;
	if (!apart)
		read_file(&readings[0]);
	read_file(&readings[1]);
	if (apart)
		pthread_join(thread, NULL);
	for (int i = 0; i < 2; i++) {
		if (!readings[i].rc)
			continue;
		*err = readings[i].err;
		return -1;
	}
	return 0;
}
