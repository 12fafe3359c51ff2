/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A calibration's spelling in JSON. Its schema is calibration.schema.json beside this file. */
#ifndef MODEL_CALIBRATION_JSON_H
#define MODEL_CALIBRATION_JSON_H

#include "base/error.h"
#include "model/calibration.h"

#define CALIBRATION_JSON_VERSION 1

void calibration_json_print(const struct calibration *calibration, struct buf *out);

/* Into an empty one, which then holds what was read, an error or not. The error names the place in
 * the text. */
int calibration_json_read(
	const char *text, size_t len, struct calibration *calibration, struct error *err);

/* Text of the schema. */
extern const char calibration_schema_json[];

#endif
