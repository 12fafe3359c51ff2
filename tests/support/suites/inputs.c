/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a benchmark uses beside its own code: files in the folder of the suite, and other things. */
#include <benchgate.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A path in the folder that this suite was loaded from. */
static const char *beside(const char *name)
{
	static char path[4096];
	Dl_info info;
	char *slash;

	dladdr((void *)beside, &info);
	snprintf(path, sizeof path, "%s", info.dli_fname);
	slash = strrchr(path, '/');
	snprintf(slash ? slash + 1 : path, 256, "%s", name);
	return path;
}

static void must(struct bg_run *run, bool holds)
{
	if (!holds)
		bg_fail(run, "it has not what it needs");
}

static long spin(long times)
{
	long sum = 0;

	for (long i = 0; i < times; i++)
		sum += BG_KEEP(i);
	return sum;
}

BG_BENCH(pure)
{
	BG_LOOP(run)
		BG_KEEP(spin(100));
}

BG_BENCH(plugin)
{
	void *library = dlopen(beside("plugin.so"), RTLD_NOW);
	long (*work)(long) = library ? (long (*)(long))dlsym(library, "work") : NULL;

	must(run, work != NULL);
	BG_LOOP(run)
		BG_KEEP(work ? work(100) : 0);
}

static long times;

static void read_config(struct bg_run *run)
{
	FILE *file = fopen(beside("config"), "r");

	(void)run;
	if (file && fscanf(file, "%ld", &times) != 1)
		times = 0;
	if (file)
		fclose(file);
}

/* The file is closed again before anything is timed. */
BG_BENCH(config, BG_SETUP(read_config))
{
	BG_LOOP(run)
		BG_KEEP(spin(times));
}

BG_BENCH(mapped)
{
	int fd = open(beside("data"), O_RDONLY);
	const char *data = mmap(NULL, 4, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	must(run, data != MAP_FAILED);
	BG_LOOP(run)
		BG_KEEP(spin(data[0]));
}

/* Which may be there on one side only. */
BG_BENCH(optional)
{
	long nr = access(beside("absent"), F_OK) ? 50 : 100;
	int fd = open(beside("optional"), O_RDONLY);

	if (fd >= 0)
		close(fd);
	BG_LOOP(run)
		BG_KEEP(spin(nr + (fd >= 0)));
}

BG_BENCH(tool)
{
	char line[16] = "";
	FILE *pipe = popen(beside("tool"), "r");

	must(run, pipe && fgets(line, sizeof line, pipe));
	if (pipe)
		pclose(pipe);
	BG_LOOP(run)
		BG_KEEP(spin(atol(line)));
}

BG_BENCH(itself)
{
	static char content[1 << 20];
	FILE *file = fopen(beside("suite.so"), "r");
	size_t len = file ? fread(content, 1, sizeof content, file) : 0;

	if (file)
		fclose(file);
	BG_LOOP(run)
		BG_KEEP(spin((long)len % 128));
}

/* Written and read again by the process itself. */
BG_BENCH(scratch)
{
	char name[] = "scratch-XXXXXX", line[8];
	int fd = mkstemp(name);

	must(run, write(fd, "77\n", 3) == 3);
	close(fd);
	fd = open(name, O_RDONLY);
	must(run, read(fd, line, sizeof line) == 3);
	close(fd);
	unlink(name);
	BG_LOOP(run)
		BG_KEEP(spin(77));
}

/* Made at run time from what is the same on both sides. */
BG_BENCH(generated)
{
	static const unsigned char code[] = { 0xb8, 7, 0, 0, 0, 0xc3 }; /* mov $7,%eax; ret */
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int (*function)(void);

	memcpy(page, code, sizeof code);
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	memcpy(&function, &page, sizeof function);
#ifdef __x86_64__
	BG_LOOP(run)
		BG_KEEP(function());
#else
	BG_LOOP(run)
		BG_KEEP(page);
#endif
}

BG_BENCH(system_files)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[256];

	must(run, file && fgets(line, sizeof line, file) && getenv("PATH"));
	if (file)
		fclose(file);
	BG_LOOP(run)
		BG_KEEP(spin(sysconf(_SC_NPROCESSORS_ONLN)));
}

BG_BENCH(network)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	close(fd);
	BG_LOOP(run)
		BG_KEEP(spin(100));
}

/* What it was the last time. */
BG_BENCH(state)
{
	int fd = open(beside("state"), O_RDWR | O_CREAT, 0600);

	must(run, write(fd, "x", 1) == 1);
	close(fd);
	BG_LOOP(run)
		BG_KEEP(spin(100));
}
