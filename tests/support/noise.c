/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise: a bursty background load, to see how a gate behaves on a busy machine.
 *
 *     cc -O2 -o noise noise.c -lm && ./noise SEED SECONDS &
 *
 * One on/off busy loop pinned to each CPU and one process that streams through 64 MiB. Every 5 to
 * 25 s each draws a new duty cycle (5 to 60 %) and burst length (5 to 300 ms). Ends by itself, and
 * with its parent.
 */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const size_t stream_bytes = 64u << 20;

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double uniform(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double)(*state >> 11) * 0x1p-53;
}

static double exponential(uint64_t *state, double mean)
{
	return -mean * log1p(-uniform(state));
}

static void busy_until(double end, char *memory)
{
	static volatile uint64_t sink;
	size_t at = 0;

	while (now_s() < end) {
		for (int i = 0; i < 20000; i++) {
			if (memory) {
				memory[at]++;
				at = (at + 64) % stream_bytes;
			} else {
				sink += (uint64_t)i * 7;
			}
		}
	}
}

static void load(uint64_t seed, int cpu, double seconds)
{
	uint64_t state = seed * 2654435761u + 97;
	double end = now_s() + seconds;
	char *memory = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpu >= 0) {
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		sched_setaffinity(0, sizeof set, &set);
	} else {
		memory = malloc(stream_bytes);
		if (!memory)
			_exit(1);
		memset(memory, 1, stream_bytes);
	}
	while (now_s() < end) {
		double phase_end = now_s() + 5 + 20 * uniform(&state);
		double duty = 0.05 + (memory ? 0.35 : 0.55) * uniform(&state);
		double burst = 0.005 * (1 + 60 * pow(uniform(&state), 2));

		while (now_s() < phase_end && now_s() < end) {
			double off = exponential(&state, burst * (1 - duty) / duty);
			struct timespec rest = { (time_t)off, (long)(fmod(off, 1) * 1e9) };

			busy_until(now_s() + exponential(&state, burst), memory);
			nanosleep(&rest, NULL);
		}
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: noise SEED SECONDS\n");
		return 2;
	}
	uint64_t seed = strtoull(argv[1], NULL, 10);
	double seconds = atof(argv[2]);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int cpu = 0; cpu < cpus; cpu++)
		if (!fork())
			load(seed * 10 + (uint64_t)cpu, cpu, seconds);
	if (!fork())
		load(seed * 10 + 5, -1, seconds);
	while (wait(NULL) > 0)
		;
	return 0;
}
