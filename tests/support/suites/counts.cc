// SPDX-License-Identifier: GPL-3.0-or-later
// What is counted of these is known: one has no allocation, the others a fixed number.
#include <benchgate.h>

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <vector>

static void fill(struct bg_run *run)
{
	run->data = malloc(1000);
}

static void empty(struct bg_run *run)
{
	free(run->data);
}

BG_BENCH(plain, BG_SETUP(fill), BG_TEARDOWN(empty))
{
	static int numbers[100];

	BG_LOOP(run)
	{
		for (int &it : numbers)
			it += 3;
		BG_CLOBBER();
	}
}

BG_BENCH(news)
{
	BG_LOOP(run)
	{
		auto *text = new std::string(100, 'x');

		BG_KEEP(text->data());
		delete text;
	}
}

BG_BENCH(leaks)
{
	BG_LOOP(run) BG_KEEP(malloc(24));
}

BG_BENCH(resizes)
{
	BG_LOOP(run)
	{
		void *block = realloc(BG_KEEP(malloc(100)), 300);

		free(BG_KEEP(block));
	}
}

BG_BENCH(threads, BG_THREADS(2))
{
	BG_LOOP(run) free(BG_KEEP(malloc(64)));
}

// An arena takes its memory from the system at once; what is taken of it is not seen.
BG_BENCH(arena)
{
	char *pages = static_cast<char *>(mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	size_t at = 0;

	BG_LOOP(run)
	{
		BG_KEEP(pages + at);
		at = (at + 64) & ((1 << 20) - 1);
	}
	munmap(pages, 1 << 20);
}

BG_BENCH(forgets)
{
	BG_LOOP(run)
	{
		std::thread other([] { free(BG_KEEP(malloc(32))); });

		other.join();
	}
}
