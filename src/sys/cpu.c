/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/cpu.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/cgroup.h"
#include "sys/file.h"
#include "sys/kernel_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/personality.h>
#endif
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#if defined __x86_64__ || defined __i386__
#include <cpuid.h>
#endif

#define MAX_CPUS 1024

enum { OS, KERNEL, ARCH, HOST };

static char *from_uname(int what)
{
	struct utsname name;

	if (uname(&name))
		return NULL;
	return str_dup(what == OS        ? name.sysname
			: what == KERNEL ? name.release
			: what == ARCH   ? name.machine
					 : name.nodename);
}

char *cpu_os(void)
{
	return from_uname(OS);
}

char *cpu_kernel(void)
{
	return from_uname(KERNEL);
}

char *cpu_host(void)
{
	return from_uname(HOST);
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
	char *path = kernel_file_path("/proc/cpuinfo"), *found = NULL;

	buf_addc(&info, '\n');
	if (file_read(path, 16u << 20, &info, &err) == 0) {
		for (size_t i = 0; i < sizeof keys / sizeof *keys && !found; i++)
			found = strstr(info.data, keys[i]);
		found = found ? strchr(found + 1, ':') : NULL;
	}
	if (found) {
		found += strspn(found, ": \t");
		found = mem_copy(found, strcspn(found, "\n"));
	}
	buf_release(&info);
	free(path);
	return found;
}

/* "1" is on and "0" off, or the other way round. */
static char *from_switch(const char *path, const char *on)
{
	char *value = kernel_file_line(path);
	char *text = value ? str_dup(strcmp(value, on) == 0 ? "on" : "off") : NULL;

	free(value);
	return text;
}

char *cpu_smt(void)
{
	return from_switch("/sys/devices/system/cpu/smt/active", "1");
}

char *cpu_governor(void)
{
	return kernel_file_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
}

char *cpu_turbo(void)
{
	char *turbo = from_switch("/sys/devices/system/cpu/intel_pstate/no_turbo", "0");

	return turbo ? turbo : from_switch("/sys/devices/system/cpu/cpufreq/boost", "1");
}

#if defined __x86_64__ || defined __i386__
char *cpu_hypervisor(void)
{
	static const struct {
		const char *signature, *name;
	} known[] = { { "KVMKVMKVM", "KVM" }, { "Microsoft Hv", "Hyper-V" },
		{ "VMwareVMware", "VMware" }, { "XenVMMXenVMM", "Xen" }, { "TCGTCGTCGTCG", "QEMU" },
		{ "bhyve bhyve ", "bhyve" }, { "VBoxVBoxVBox", "VirtualBox" } };
	unsigned a, b, c, d;
	char signature[13] = "";

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 31))
		return str_dup("none");
	__cpuid(0x40000000, a, b, c, d);
	memcpy(signature, &b, 4);
	memcpy(signature + 4, &c, 4);
	memcpy(signature + 8, &d, 4);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].signature, signature) == 0)
			return str_dup(known[i].name);
	return str_dup(*signature ? signature : "unknown");
}
#else
char *cpu_hypervisor(void)
{
	return file_line("/sys/hypervisor/type");
}
#endif

char *cpu_container(void)
{
	static const struct {
		const char *path, *kind;
	} marks[] = { { "/.dockerenv", "docker" }, { "/run/.containerenv", "podman" },
		{ "/run/systemd/container", "systemd-nspawn" } };
	const char *set = getenv("container");

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (access(marks[i].path, F_OK) == 0)
			return str_dup(marks[i].kind);
	if (getenv("KUBERNETES_SERVICE_HOST"))
		return str_dup("kubernetes");
	return str_dup(set && *set ? set : "none");
}

char *cpu_aslr(void)
{
#ifdef __linux__
	char *value = kernel_file_line("/proc/sys/kernel/randomize_va_space");
	int persona = personality(0xffffffff);
	const char *text = NULL;

	if (value && strcmp(value, "0") == 0)
		text = "off";
	else if (persona >= 0 && (persona & ADDR_NO_RANDOMIZE))
		text = "shell";
	else if (value)
		text = strcmp(value, "2") == 0 ? "on" : "partly on";
	free(value);
	return str_dup(text);
#else
	return NULL;
#endif
}

char *cpu_huge_pages(void)
{
	return kernel_file_choice("/sys/kernel/mm/transparent_hugepage/enabled");
}

char *cpu_defragmentation(void)
{
	return kernel_file_choice("/sys/kernel/mm/transparent_hugepage/defrag");
}

char *cpu_compaction(void)
{
	return kernel_file_line("/proc/sys/vm/compaction_proactiveness");
}

char *cpu_quota(void)
{
	double processors = cgroup_quota();
	char text[32];

	snprintf(text, sizeof text, "%.4g", processors);
	return str_dup(processors > 0 ? text : "none");
}

char *cpu_libc(void)
{
#ifdef __GLIBC__
	struct buf text = BUF_INIT;

	buf_addf(&text, "glibc %s", gnu_get_libc_version());
	return buf_detach(&text);
#else
	return NULL;
#endif
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

/* The first processor of its core; its own number where the system does not say. */
static int first_of_core(int cpu)
{
	char path[96];
	char *line;
	int first = cpu;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		cpu);
	line = file_line(path);
	if (line && *line >= '0' && *line <= '9')
		first = (int)strtol(line, NULL, 10);
	free(line);
	return first;
}

static bool is_usable(int cpu)
{
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set))
		return cpu < (int)cpu_count();
	return CPU_ISSET((size_t)cpu, &set);
#else
	return cpu < (int)cpu_count();
#endif
}

size_t cpu_list(int *cpus, size_t max)
{
	bool seen[MAX_CPUS] = { false };
	size_t nr = 0;

	for (int cpu = 0; cpu < MAX_CPUS && nr < max; cpu++) {
		int core = is_usable(cpu) ? first_of_core(cpu) : -1;

		if (core < 0 || core >= MAX_CPUS || seen[core])
			continue;
		cpus[nr++] = cpu;
		seen[core] = true;
	}
	return nr;
}

uint64_t cpu_cores(void)
{
	int cpus[MAX_CPUS];
	double quota = cgroup_quota();
	uint64_t nr = cpu_list(cpus, MAX_CPUS);

	if (quota > 0 && quota < (double)nr)
		nr = (uint64_t)quota;
	return nr ? nr : 1;
}

uint64_t cpu_memory_bytes(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

/* The field of a process's line of figures with that number; the name in it may hold anything. */
static long stat_field(long pid, int number)
{
	char path[48];
	char *line, *at;
	long value = -1;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	line = file_line(path);
	at = line ? strrchr(line, ')') : NULL;
	for (int i = 2; at && i < number; i++)
		at = strchr(at + 1, ' ');
	if (at)
		value = strtol(at + 1, NULL, 10);
	free(line);
	return value;
}

int cpu_of(long pid)
{
	return (int)stat_field(pid, 39);
}

uint64_t cpu_threads(long pid)
{
	long nr = stat_field(pid, 20);

	return nr > 0 ? (uint64_t)nr : 0;
}

#ifdef __linux__
/* What we may use, from before we kept to one; cpu is -1 as long as we do not. */
static struct {
	cpu_set_t before;
	int cpu;
} stay = { .cpu = -1 };

void cpu_stay(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_getaffinity(0, sizeof stay.before, &stay.before) == 0 &&
		sched_setaffinity(0, sizeof set, &set) == 0)
		stay.cpu = cpu;
}

void cpu_let_go(void)
{
	if (stay.cpu >= 0)
		(void)sched_setaffinity(0, sizeof stay.before, &stay.before);
}

int cpu_stays_on(void)
{
	return stay.cpu;
}
#else
void cpu_stay(int cpu)
{
	(void)cpu;
}

void cpu_let_go(void)
{
}

int cpu_stays_on(void)
{
	return -1;
}
#endif

void cpu_pin(long pid, int cpu)
{
#ifdef __linux__
	cpu_set_t set;

	if (cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET((size_t)cpu, &set);
	} else if (sched_getaffinity(0, sizeof set, &set)) {
		return;
	}
	(void)sched_setaffinity((pid_t)pid, sizeof set, &set);
#else
	(void)pid;
	(void)cpu;
#endif
}
