/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/calibrations.h"

#include "model/calibration.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <string.h>

#define MAX_BYTES (16u << 20)

void calibrations_path(const char *folder, const struct env *env, struct buf *out)
{
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	buf_addf(out, "%s/calibrations/%s.json", folder, machine);
}

static int calibrations_read_file(
	const char *path, const char *machine, struct calibration *calibration, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = file_read(path, MAX_BYTES, &text, err);

	if (!rc && calibration_json_read(text.data, text.len, calibration, err))
		rc = error_wrap(err, "%s", path);
	else if (!rc && strcmp(calibration->machine, machine) != 0)
		rc = error_set(err, ERR_USAGE,
			"%s: machine is \"%s\", and this one is %s; 'benchgate doctor --calibrate' makes a new one",
			path, calibration->machine, machine);
	/* A file of our own that cannot be read is no slip on the command line. */
	if (rc)
		err->kind = ERR_IO;
	buf_release(&text);
	return rc;
}

int calibrations_read(const char *folder, const struct env *env, struct calibration *calibration,
	struct error *err)
{
	struct buf path = BUF_INIT;
	char machine[ENV_MACHINE_MAX];
	int rc = 0;

	env_machine(env, machine);
	calibrations_path(folder, env, &path);
	if (!folder_lacks(path.data))
		rc = calibrations_read_file(path.data, machine, calibration, err);
	buf_release(&path);
	return rc;
}
