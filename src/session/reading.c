/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/reading.h"

#include <pthread.h>

static void *reading_read_file(void *context)
{
	struct reading *reading = context;
	bool is_result;

	reading->rc = result_file_read(
		reading->path, reading->hint, reading->run, &is_result, &reading->err);
	return NULL;
}

int reading_both(struct reading readings[2], struct error *err)
{
	pthread_t thread;
	bool apart;

	apart = pthread_create(&thread, NULL, reading_read_file, &readings[0]) == 0;
	if (!apart)
		reading_read_file(&readings[0]);
	reading_read_file(&readings[1]);
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
