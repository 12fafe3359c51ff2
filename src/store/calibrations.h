/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a project keeps what its machines can tell: calibrations/, beside the baselines. */
#ifndef STORE_CALIBRATIONS_H
#define STORE_CALIBRATIONS_H

#include "base/error.h"
#include "model/calibration.h"

/* Appends the path of this machine's. */
void calibrations_path(const char *folder, const struct env *env, struct buf *out);

/*
 * Reads this machine's into an empty one; a missing file leaves it so, without a machine. The error
 * names the file and the place. One that was made on another machine is an error too.
 */
int calibrations_read(const char *folder, const struct env *env, struct calibration *calibration,
	struct error *err);

#endif
