/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/cpu.h"

#include "base/buf.h"
#include "base/str.h"
#include "sys/file.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { OS, KERNEL, ARCH };

static char *from_uname(int what)
{
	struct utsname name;

	if (uname(&name))
		return str_dup("unknown");
	return str_dup(what == OS ? name.sysname : what == KERNEL ? name.release : name.machine);
}

char *cpu_os(void)
{
	return from_uname(OS);
}

char *cpu_kernel(void)
{
	return from_uname(KERNEL);
}

char *cpu_arch(void)
{
	return from_uname(ARCH);
}

/* x86 says "model name", arm (sometimes) "Model" or "Hardware", riscv "uarch". */
char *cpu_model(void)
{
	static const char *const keys[] = { "\nmodel name", "\nModel", "\nHardware", "\nuarch",
		"\ncpu\t" };
	struct buf info = BUF_INIT;
	struct error err = ERROR_INIT;
	char *found = NULL;

	buf_addc(&info, '\n');
	if (file_read("/proc/cpuinfo", 16u << 20, &info, &err) == 0) {
		for (size_t i = 0; i < sizeof keys / sizeof *keys && !found; i++)
			found = strstr(info.data, keys[i]);
		found = found ? strchr(found + 1, ':') : NULL;
	}
	if (found) {
		found += strspn(found, ": \t");
		found[strcspn(found, "\n")] = '\0';
	}
	found = str_dup(found && *found ? found : "unknown");
	buf_release(&info);
	return found;
}

uint64_t cpu_count(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return (uint64_t)CPU_COUNT(&set);
#endif
	return online > 0 ? (uint64_t)online : 1;
}

uint64_t cpu_memory_bytes(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}
