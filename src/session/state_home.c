/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/state_home.h"

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <stdlib.h>
#include <string.h>

bool state_home_path(struct buf *path)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	/* Its specification says that a relative one is as good as none. */
	if (state && *state == '/')
		buf_addf(path, "%s/benchgate", state);
	else if (home && *home == '/')
		buf_addf(path, "%s/.local/state/benchgate", home);
	return path->len;
}

static int write_day(const char *path, const char *day, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf line = BUF_INIT;
	int rc = folder_make_parents(path, err);

	buf_addf(&line, "%s\n", day);
	if (!rc)
		rc = file_new_open(&file, path, err);
	if (!rc)
		rc = file_new_commit(&file, &line, err);
	file_new_release(&file);
	buf_release(&line);
	return rc;
}

static bool is_of_day(const char *path, const char *day)
{
	char *line = file_line(path);
	bool is = line && strcmp(line, day) == 0;

	free(line);
	return is;
}

bool state_home_said_today(const char *what, const struct env *machine)
{
	char today[CLOCK_TIMESTAMP_MAX], hash[ENV_MACHINE_MAX];
	struct buf path = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool said = false;

	clock_today(today);
	env_machine(machine, hash);
	if (state_home_path(&path) && !folder_make_hidden(path.data, &ignored)) {
		buf_addf(&path, "/said/%s-%s", what, hash);
		said = is_of_day(path.data, today);
		if (!said)
			write_day(path.data, today, &ignored);
	}
	buf_release(&path);
	return said;
}
