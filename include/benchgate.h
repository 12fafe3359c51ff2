/* SPDX-License-Identifier: MIT-0 */
/*
 * benchgate.h: all that the author of a benchmark sees. A suite includes it and links to nothing.
 *
 *	#include <benchgate.h>
 *	#include <string.h>
 *
 *	BG_BENCH(find_comma)
 *	{
 *		const char *line = "name,value";
 *		BG_LOOP(run) BG_KEEP(strchr(BG_KEEP(line), ','));
 *	}
 *
 * Build it as a shared object and hand it over with `benchgate run --suite ./my.so`, or link it to
 * libbenchgate, which makes a whole benchgate with the benchmarks inside.
 *
 * A benchmark's body runs once in each process of measuring. What stands above BG_LOOP prepares,
 * what stands below it checks and cleans up; neither is timed. The loop runs as often as the
 * harness asks.
 */
#ifndef BENCHGATE_H
#define BENCHGATE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BG_AUTO_ auto
extern "C" {
#else
#define BG_AUTO_ __auto_type
#endif

/* Version of everything below that crosses from a suite to the program. */
#define BG_ABI 1
#define BG_MAGIC 0x65746167u

enum bg_better { BG_LESS_IS_BETTER, BG_MORE_IS_BETTER };

struct bg_run;

/* What the harness does for a running benchmark; reached through the functions below. */
struct bg_calls {
	uint64_t (*batch)(struct bg_run *run, uint64_t left);
	void (*fail)(struct bg_run *run, const char *format, va_list args);
	void (*metric)(
		struct bg_run *run, const char *name, double value, const char *unit, int better);
};

/* One benchmark at work in one thread. */
struct bg_run {
	const struct bg_calls *calls;
	int64_t arg;   /* this benchmark's argument out of BG_ARGS, or 0 */
	uint64_t seed; /* the same in every process of a run: seed your data with it or ignore it */
	uint32_t thread;     /* which thread this is, from 0 */
	uint32_t nr_threads; /* how many run this body at the same time */
	void *data;   /* yours: set it in BG_SETUP, find it in the body, free it in BG_TEARDOWN */
	double bytes; /* set these in the body to how much one iteration works through ... */
	double items; /* ... and the report shows bytes and items per second */
};

/* What BG_BENCH's options fill in; the program owns it. */
struct bg_options {
	const char *tier;
	const char *about;
	void (*setup)(struct bg_run *run);
	void (*teardown)(struct bg_run *run);
	void (*prepare)(struct bg_run *run, uint64_t n);
	const int64_t *args;
	const int64_t *threads;
	uint32_t nr_args;
	uint32_t nr_threads;
	uint32_t latency;
	uint32_t exclusive;
};

struct bg_bench {
	const char *name;
	const char *file;
	uint64_t line;
	void (*body)(struct bg_run *run);
	void (*choose)(struct bg_options *options);
	struct bg_bench *next;
};

/* The head of a suite: one to a binary or shared object. magic and abi never move. */
struct bg_suite {
	uint32_t magic;
	uint32_t abi;
	uint32_t size_suite;
	uint32_t size_bench;
	uint32_t size_options;
	uint32_t size_run;
	const char *compiler;
	uint64_t build; /* BG_BUILD_* bits of the first file compiled into the suite */
	struct bg_bench *first;
	struct bg_bench *last;
};

#define BG_BUILD_OPTIMIZED 1u
#define BG_BUILD_ASSERTS 2u
#define BG_BUILD_SANITIZED 4u

#ifdef __OPTIMIZE__
#define BG_IS_OPTIMIZED_ BG_BUILD_OPTIMIZED
#else
#define BG_IS_OPTIMIZED_ 0u
#endif
#ifdef NDEBUG
#define BG_HAS_ASSERTS_ 0u
#else
#define BG_HAS_ASSERTS_ BG_BUILD_ASSERTS
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define BG_IS_SANITIZED_ BG_BUILD_SANITIZED
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define BG_IS_SANITIZED_ BG_BUILD_SANITIZED
#endif
#endif
#ifndef BG_IS_SANITIZED_
#define BG_IS_SANITIZED_ 0u
#endif
#ifdef __clang__
#define BG_COMPILER_ __VERSION__
#else
#define BG_COMPILER_ "GCC " __VERSION__
#endif

/* Hidden: no other binary's list can take its place. Weak: all files of a suite share one. */
__attribute__((weak, visibility("hidden"))) struct bg_suite bg_suite_here = {
	BG_MAGIC,
	BG_ABI,
	sizeof(struct bg_suite),
	sizeof(struct bg_bench),
	sizeof(struct bg_options),
	sizeof(struct bg_run),
	BG_COMPILER_,
	BG_IS_OPTIMIZED_ | BG_HAS_ASSERTS_ | BG_IS_SANITIZED_,
	NULL,
	NULL,
};

/* The one symbol that a suite exports. */
__attribute__((weak, used, visibility("default"))) struct bg_suite *bg_this_suite(void);
__attribute__((weak, used, visibility("default"))) struct bg_suite *bg_this_suite(void)
{
	return &bg_suite_here;
}

static inline void bg_add_(struct bg_bench *bench)
{
	if (bg_suite_here.last)
		bg_suite_here.last->next = bench;
	else
		bg_suite_here.first = bench;
	bg_suite_here.last = bench;
}

/*
 * BG_BENCH(name, options...) { body }: a benchmark. The body sees `struct bg_run *run`. The
 * options, in any order, are the macros below.
 */
#define BG_BENCH(...) BG_BENCH_(__VA_ARGS__, (void)0)
#define BG_BENCH_(id, ...) \
	static void bg_body_##id(struct bg_run *run); \
	static void bg_choose_##id(struct bg_options *bg_options_) \
	{ \
		(void)bg_options_; \
		__VA_ARGS__; \
	} \
	static struct bg_bench bg_bench_##id = { #id, __FILE__, __LINE__, bg_body_##id, \
		bg_choose_##id, NULL }; \
	__attribute__((constructor)) static void bg_add_##id(void) \
	{ \
		bg_add_(&bg_bench_##id); \
	} \
	static void bg_body_##id(struct bg_run *run)

/* The tier decides when it runs and how much change it tolerates; any word will do. Default:
 * standard. */
#define BG_TIER(word) bg_options_->tier = (word)
#define BG_CRITICAL BG_TIER("critical")
#define BG_STANDARD BG_TIER("standard")
#define BG_COMPREHENSIVE BG_TIER("comprehensive")

/* One line on what is measured. */
#define BG_ABOUT(text) bg_options_->about = (text)

/* void f(struct bg_run *run), once in each process, before and after all threads of the body;
 * untimed. */
#define BG_SETUP(f) bg_options_->setup = (f)
#define BG_TEARDOWN(f) bg_options_->teardown = (f)

/* void f(struct bg_run *run, uint64_t n), in each thread, before each batch of n iterations;
 * untimed. */
#define BG_PREPARE(f) bg_options_->prepare = (f)

/* One benchmark for each argument: BG_BENCH(sort, BG_ARGS(10, 1000)) makes sort/10 and sort/1000.
 */
#define BG_ARGS(...) \
	__extension__({ \
		static const int64_t bg_args_[] = { __VA_ARGS__ }; \
		bg_options_->args = bg_args_; \
		bg_options_->nr_args = (uint32_t)(sizeof bg_args_ / sizeof *bg_args_); \
	})

/* One for each number of threads: BG_THREADS(1, 4) makes name/threads:1 and name/threads:4. */
#define BG_THREADS(...) \
	__extension__({ \
		static const int64_t bg_threads_[] = { __VA_ARGS__ }; \
		bg_options_->threads = bg_threads_; \
		bg_options_->nr_threads = (uint32_t)(sizeof bg_threads_ / sizeof *bg_threads_); \
	})

/* Also time single iterations one by one, for percentiles; for bodies of 5 us or more. */
#define BG_LATENCY bg_options_->latency = 1

/* Two processes of it cannot live at the same time: it needs a fixed port, a lock file, a database.
 * When two versions are compared, whole processes then take turns. */
#define BG_EXCLUSIVE bg_options_->exclusive = 1

/*
 * BG_LOOP(run) statement: what is timed. The counter lives in a register, and memory may have
 * changed at each turn, so nothing that reads memory is hoisted. `continue` works; leaving the loop
 * early is an error.
 */
#define BG_LOOP(run) \
	for (uint64_t bg_left_ = 0; (bg_left_ = (run)->calls->batch((run), bg_left_)) != 0;) \
		for (; bg_left_; bg_left_ = bg_turn_(bg_left_))

static inline uint64_t bg_turn_(uint64_t left)
{
	__asm__ volatile("" : "+r"(left) : : "memory");
	return left - 1;
}

/*
 * BG_KEEP(x): the value x, which the optimiser must compute and then knows nothing about. Around a
 * result it keeps the work (BG_KEEP(f(x));), around an input it keeps the work from being done
 * beforehand (f(BG_KEEP(42))). Takes a number or a pointer; for more, keep its address. Costs no
 * instruction (a long double goes through memory).
 */
#define BG_KEEP(x) BG_KEEP_(x, BG_JOIN_(bg_kept_, __COUNTER__))
#define BG_KEEP_(x, kept) \
	__extension__({ \
		BG_AUTO_ kept = (x); \
		if (sizeof(kept) > sizeof(double)) { \
			BG_AUTO_ bg_wide_ = kept; \
			__asm__ volatile("" : "+m"(bg_wide_)); \
			kept = bg_wide_; \
		} else if (__builtin_classify_type(kept) == BG_REAL_TYPE_) { \
			__asm__ volatile("" : BG_FLOAT_REGISTER_(kept)); \
		} else { \
			__asm__ volatile("" : "+r"(kept)); \
		} \
		kept; \
	})
#define BG_JOIN_(a, b) BG_JOIN_NOW_(a, b)
#define BG_JOIN_NOW_(a, b) a##b
#define BG_REAL_TYPE_ 8
#if defined __x86_64__ || defined __i386__
#define BG_FLOAT_REGISTER_ "+x"
#elif defined __aarch64__ || defined __arm__
#define BG_FLOAT_REGISTER_ "+w"
#elif defined __riscv || defined __powerpc64__ || defined __loongarch__ || defined __s390x__
#define BG_FLOAT_REGISTER_ "+f"
#else
#define BG_FLOAT_REGISTER_ "+m"
#endif

/* BG_CLOBBER(): all memory may have changed here; what was stored before is really in memory. */
#define BG_CLOBBER() __asm__ volatile("" : : : "memory")

/* The answer is wrong: the benchmark is FAILED, whatever its speed. Ends the loop at its next turn
 * of batches. */
__attribute__((format(printf, 2, 3))) static inline void bg_fail(
	struct bg_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(run->calls->fail)(run, format, args); /* in parentheses: it may be somebody's macro */
	va_end(args);
}

/* A figure of your own beside the time: once in each process, below the loop. */
static inline void bg_metric(
	struct bg_run *run, const char *name, double value, const char *unit, enum bg_better better)
{
	run->calls->metric(run, name, value, unit, (int)better);
}

#ifdef __cplusplus
}
#endif

#endif
