/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/cgroup.h"

#include "base/buf.h"
#include "base/str.h"
#include "sys/file.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where one version keeps its groups, and what our line in /proc/self/cgroup looks like. */
static const struct hierarchy {
	const char *mount;
	const char *controller; /* in the line; "" in version 2 */
} hierarchies[] = {
	{ "/sys/fs/cgroup", "" },
	{ "/sys/fs/cgroup/unified", "" },
	{ "/sys/fs/cgroup/cpu,cpuacct", "cpu" },
	{ "/sys/fs/cgroup/cpu", "cpu" },
	{ "/sys/fs/cgroup/memory", "memory" },
};

/* Our group's path in a hierarchy, or NULL. Lines are ID:CONTROLLER,CONTROLLER:PATH. */
static char *own_group(const struct hierarchy *hierarchy)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	char *at, *line, *found = NULL;

	file_read("/proc/self/cgroup", 65536, &text, &err);
	for (at = text.data; !found && at && *at;) {
		char *controllers, *path;

		line = strsep(&at, "\n");
		controllers = strchr(line, ':');
		path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path)
			continue;
		*path++ = '\0';
		controllers++;
		if (*hierarchy->controller ? str_in_list(controllers, hierarchy->controller)
					   : !*controllers)
			found = str_dup(path);
	}
	buf_release(&text);
	return found;
}

/* The first line of a group's file. */
static char *group_line(const struct hierarchy *hierarchy, const char *group, const char *name)
{
	struct buf path = BUF_INIT;
	char *line;

	buf_addf(&path, "%s%s/%s", hierarchy->mount, strcmp(group, "/") == 0 ? "" : group, name);
	line = file_line(path.data);
	buf_release(&path);
	return line;
}

static double group_number(const struct hierarchy *hierarchy, const char *group, const char *name)
{
	char *line = group_line(hierarchy, group, name);
	double number = line ? strtod(line, NULL) : 0;

	free(line);
	return number;
}

/* Version 2 says "QUOTA PERIOD" or "max PERIOD" in one file, version 1 has two, and -1 for none. */
static double quota_of(const struct hierarchy *hierarchy, const char *group)
{
	char *line = group_line(hierarchy, group, "cpu.max");
	double quota_us = 0, period_us = 0;

	if (line) {
		char *period = strchr(line, ' ');

		quota_us = strtod(line, NULL);
		period_us = period ? strtod(period, NULL) : 0;
		free(line);
	} else {
		quota_us = group_number(hierarchy, group, "cpu.cfs_quota_us");
		period_us = group_number(hierarchy, group, "cpu.cfs_period_us");
	}
	return quota_us > 0 && period_us > 0 ? quota_us / period_us : 0;
}

/* Makes a group's path that of the group around it; false at the root. */
static bool climb(char *group)
{
	char *slash = strrchr(group, '/');

	if (!slash || strcmp(group, "/") == 0)
		return false;
	/* A group at the top still has the root above it. */
	slash[slash == group] = '\0';
	return true;
}

/* Version 2 says "max" for none, version 1 a number that no machine has. */
static double memory_of(const struct hierarchy *hierarchy, const char *group)
{
	double bytes = group_number(hierarchy, group, "memory.max");

	if (!(bytes > 0))
		bytes = group_number(hierarchy, group, "memory.limit_in_bytes");
	return bytes < 0x1p62 ? bytes : 0;
}

/* The smallest of our group and those around it; 0 is none. */
static double least_limit(double (*limit_of)(const struct hierarchy *hierarchy, const char *group))
{
	double least = 0;

	for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++) {
		char *group = own_group(&hierarchies[i]);
		bool more = group;

		while (more) {
			double limit = limit_of(&hierarchies[i], group);

			if (limit > 0 && (least == 0 || limit < least))
				least = limit;
			more = climb(group);
		}
		free(group);
	}
	return least;
}

double cgroup_quota(void)
{
	return least_limit(quota_of);
}

double cgroup_memory_bytes(void)
{
	return least_limit(memory_of);
}

/* The line "KEY NUMBER" of cpu.stat; version 2 counts microseconds, version 1 nanoseconds. */
static double throttled_in(const char *stat)
{
	static const struct {
		const char *key;
		double per_us;
	} keys[] = { { "throttled_usec ", 1 }, { "throttled_time ", 1000 } };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *at = strstr(stat, keys[i].key);

		if (at)
			return strtod(at + strlen(keys[i].key), NULL) / keys[i].per_us;
	}
	return 0;
}

static double throttled_us_of(const struct hierarchy *hierarchy, const char *group)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct error err = ERROR_INIT;
	double us = 0;

	buf_addf(&path, "%s%s/cpu.stat", hierarchy->mount, strcmp(group, "/") == 0 ? "" : group);
	if (file_read(path.data, 65536, &text, &err) == 0)
		us = throttled_in(text.data);
	buf_release(&path);
	buf_release(&text);
	return us;
}

uint64_t cgroup_throttled_us(void)
{
	double most_us = 0;

	for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++) {
		char *group = own_group(&hierarchies[i]);
		bool more = group;

		while (more) {
			most_us = fmax(most_us, throttled_us_of(&hierarchies[i], group));
			more = climb(group);
		}
		free(group);
	}
	return (uint64_t)most_us;
}
