/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A suite to be built in many variants, each changing what one of its benchmarks reaches. */
#include <benchgate.h>
#include <stdlib.h>
#include <string.h>

#ifndef CONSTANT
#define CONSTANT 3
#endif
#ifndef CALLEE
#define CALLEE 5
#endif
#ifndef TEXT
#define TEXT "hello"
#endif
#ifndef TARGET
#define TARGET 7
#endif
#ifndef CASE
#define CASE x - 9
#endif
#ifndef FACTOR
#define FACTOR 1.5
#endif
#ifndef FIRST
#define FIRST 11
#endif
#ifndef PREPARED
#define PREPARED 13
#endif
#ifndef ARG
#define ARG 17
#endif
#ifndef ZEROS
#define ZEROS 100
#endif

/* Moves the code and the data of all that follows. */
#ifdef EXTRA
__attribute__((visibility("default"))) double extra(int x);
int extra_data[17] = { 1, 2, 3 };
static int extra_zeros[33];
double extra(int x)
{
	switch (x) {
	case 0:
		return extra_data[0] * 7.25;
	case 1:
		return atoi("something else") / 3.0;
	case 2:
		return extra_zeros[x]++;
	case 3:
		return extra_data[4] - 0.125;
	case 4:
		return strlen("before all others") * 1e9;
	}
	return 0.75;
}
#endif

/* A second one of a name, as another file may have it. */
__attribute__((noinline)) static int callee(int x)
{
	return x * CALLEE + (x >> 3);
}

BG_BENCH(plain)
{
	BG_LOOP(run)
		BG_KEEP(BG_KEEP(7) ^ CONSTANT);
}

BG_BENCH(calls)
{
	BG_LOOP(run)
		BG_KEEP(callee(BG_KEEP(7)));
}

BG_BENCH(text)
{
	BG_LOOP(run)
		BG_KEEP(strcmp(BG_KEEP("what"), TEXT));
}

static int add(int x)
{
	return x + TARGET;
}

static int subtract(int x)
{
	return x - 2;
}

static int (*const operations[])(int) = { subtract, add };

BG_BENCH(table)
{
	BG_LOOP(run)
		BG_KEEP(operations[BG_KEEP(1)](2));
}

/* Too unlike one another for anything but a jump table. */
__attribute__((noinline)) static int choose(int which, int x)
{
	switch (which) {
	case 0:
		return x * 3;
	case 1:
		return abs(x);
	case 2:
		return CASE;
	case 3:
		return x / 7;
	case 4:
		return x << 3;
	case 5:
		return callee(x);
	case 6:
		return x ^ 0x55;
	}
	return x;
}

BG_BENCH(jumps)
{
	BG_LOOP(run)
		BG_KEEP(choose(BG_KEEP(4), 5));
}

BG_BENCH(decimal)
{
	BG_LOOP(run)
		BG_KEEP(BG_KEEP(2.0) * FACTOR);
}

__attribute__((visibility("hidden"))) int numbers[] = { FIRST, 2, 3 };
static long zeros[ZEROS];

/* Compilers compare with the end of the array, where something else begins. */
BG_BENCH(arrays)
{
	BG_LOOP(run) {
		for (int i = 0; i < ZEROS; i++)
			zeros[i] += numbers[i % 3];
		BG_CLOBBER();
	}
}

static void prepare(struct bg_run *run)
{
	run->data = malloc(PREPARED);
}

BG_BENCH(prepared, BG_SETUP(prepare))
{
	BG_LOOP(run)
		BG_KEEP(run->data);
}

BG_BENCH(arguments, BG_ARGS(1, ARG))
{
	BG_LOOP(run)
		BG_KEEP(run->arg);
}

__attribute__((noinline)) static int walk(const char *at)
{
	int found = 0;

	for (; *at; at++) {
		if (*at == '/' && at[1] == '*')
			found += 2;
		else if (*at == '"')
			while (at[1] && *++at != '"')
				found++;
		else if (*at == '(' && found > 3)
			return callee(found);
		else if (*at == '}' || *at == '{')
			found--;
	}
	return found;
}

BG_BENCH(branchy)
{
	BG_LOOP(run)
		BG_KEEP(walk(BG_KEEP("int main(void) { return \"0\"; }")));
}

BG_BENCH(opens)
{
	BG_LOOP(run)
		BG_KEEP(getenv(BG_KEEP("HOME")));
}

#ifdef KERNEL
BG_BENCH(asks_kernel)
{
	BG_LOOP(run) {
#ifdef __aarch64__
		register long number __asm__("x8") = 172;

		__asm__ volatile("svc #0" : : "r"(number) : "x0", "memory");
#else
		long number = 39;

		__asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
#endif
	}
}
#endif

/* A program names it by its distance from the thread's end. */
#ifdef PER_THREAD
static __thread volatile int per_thread = PER_THREAD;

BG_BENCH(threads)
{
	BG_LOOP(run)
		BG_KEEP(per_thread);
}
#endif

#ifdef PROGRAM
int main(void)
{
	return !bg_this_suite()->first;
}
#endif
