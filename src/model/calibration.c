/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/calibration.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

void calibration_release(struct calibration *calibration)
{
	for (size_t i = 0; i < calibration->nr; i++) {
		free(calibration->items[i].name);
		free(calibration->items[i].tier);
	}
	ARRAY_RELEASE(calibration);
	free(calibration->machine);
	free(calibration->timestamp);
	free(calibration->build);
	*calibration = (struct calibration)CALIBRATION_INIT;
}

struct calibration_bench *calibration_add(
	struct calibration *calibration, const char *name, const char *tier)
{
	struct calibration_bench *bench = ARRAY_ADD(calibration);

	*bench = (struct calibration_bench){ .name = str_dup(name),
		.tier = str_dup(tier),
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.detectable_alone = NAN,
		.detectable_in_turn = NAN,
		.order_ratio = NAN,
		.order_low = NAN,
		.order_high = NAN,
		.alone_s = NAN,
		.in_turn_s = NAN };
	return bench;
}

const struct calibration_bench *calibration_find(
	const struct calibration *calibration, const char *name)
{
	for (size_t i = 0; i < calibration->nr; i++)
		if (strcmp(calibration->items[i].name, name) == 0)
			return &calibration->items[i];
	return NULL;
}

/* The test asks how far above the threshold a change is: what it needs to see moves along. */
double calibration_detectable(const struct calibration_bench *bench, double threshold_ratio)
{
	double moved = (1 + threshold_ratio) / (1 + bench->threshold_ratio);

	return moved * bench->detectable_alone + (moved - 1);
}
