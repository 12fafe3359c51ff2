/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/hardware.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/kernel_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR_BYTES 512 /* of /sys/block/.../size, whatever the disk's own are */

char *hardware_distribution(void)
{
	static const char key[] = "\nPRETTY_NAME=";
	char *path = kernel_file_path("/etc/os-release");
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	char *found = NULL;

	buf_addc(&text, '\n');
	if (file_read(path, 1u << 20, &text, &ignored) == 0)
		found = strstr(text.data, key);
	if (found) {
		found += sizeof key - 1;
		found += strspn(found, "\"'");
		found = mem_copy(found, strcspn(found, "\"'\n"));
	}
	buf_release(&text);
	free(path);
	return found;
}

/* The number in a file of a device, 0 where there is none. */
static uint64_t device_number(const char *device, const char *file)
{
	struct buf path = BUF_INIT;
	uint64_t number = 0;
	char *line;

	buf_addf(&path, "%s/%s", device, file);
	line = kernel_file_line(path.data);
	if (line)
		str_to_u64(line, &number);
	free(line);
	buf_release(&path);
	return number;
}

/* Loops, memory and what is put together of other disks are no disks of their own. */
static bool is_disk(const char *name)
{
	static const char *const others[] = { "loop*", "ram*", "zram*", "dm-*", "md*", "sr*", "fd*",
		"nbd*" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_glob(others[i], name))
			return false;
	return true;
}

/* What a guest sees of a disk's kind is what its host likes to say. */
static const char *kind_of_disk(const char *path)
{
	const char *name = str_path_name(path);

	if (str_glob("vd*", name) || str_glob("xvd*", name))
		return "virtual";
	if (str_starts(name, "nvme"))
		return "NVMe SSD";
	return device_number(path, "queue/rotational") ? "HDD" : "SSD";
}

void hardware_disks(struct texts *disks)
{
	struct texts paths = { 0 };

	kernel_file_find("/sys/block/*", &paths);
	for (size_t i = 0; i < paths.nr; i++) {
		const char *path = paths.items[i];
		uint64_t size_bytes = device_number(path, "size") * SECTOR_BYTES;
		struct buf text = BUF_INIT;

		buf_addf(&text, "%s %" PRIu64 "B %s", str_path_name(path), size_bytes,
			kind_of_disk(path));
		if (size_bytes && is_disk(str_path_name(path)))
			texts_add(disks, text.data);
		buf_release(&text);
	}
	texts_release(&paths);
}

uint64_t hardware_network_mbps(void)
{
	struct texts paths = { 0 };
	uint64_t most = 0;

	kernel_file_find("/sys/class/net/*", &paths);
	for (size_t i = 0; i < paths.nr; i++) {
		uint64_t speed = device_number(paths.items[i], "speed");

		/* A driver that does not know says -1, some as if it had no sign. */
		if (speed < UINT32_MAX && speed > most)
			most = speed;
	}
	texts_release(&paths);
	return most;
}

char *hardware_interfaces(void)
{
	struct texts paths = { 0 };
	struct buf up = BUF_INIT;

	kernel_file_find("/sys/class/net/*/operstate", &paths);
	for (size_t i = 0; i < paths.nr; i++) {
		char *state = kernel_file_line(paths.items[i]);
		const char *name = paths.items[i] + strlen("/sys/class/net/");

		/* Drivers that have no carrier to look at say "unknown" while they work. */
		if (state && strcmp(state, "down") != 0 && !str_starts(name, "lo/"))
			buf_addf(&up, "%s%.*s", up.len ? ", " : "", (int)strcspn(name, "/"), name);
		free(state);
	}
	texts_release(&paths);
	return buf_detach(&up);
}
