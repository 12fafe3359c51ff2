/* SPDX-License-Identifier: MIT-0 */
/* Each way to fail, or to be a nuisance, as a benchmark; before and after are their good
 * neighbours. */
#include <benchgate.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static void work(struct bg_run *run)
{
	BG_LOOP(run)
		BG_KEEP(run->seed);
}

static void leave(struct bg_run *run)
{
	(void)run;
	exit(7);
}

static void fail_early(struct bg_run *run)
{
	bg_fail(run, "no data for %d", 5);
}

static void crash_early(struct bg_run *run)
{
	(void)run;
	raise(SIGSEGV);
}

BG_BENCH(before)
{
	work(run);
}

BG_BENCH(segv)
{
	BG_LOOP(run)
		*(volatile int *)BG_KEEP((int *)NULL) = 1;
}

BG_BENCH(fpe)
{
	BG_LOOP(run)
		raise(SIGFPE);
}

BG_BENCH(aborts)
{
	BG_LOOP(run) {
		fputs("the first line\nassertion 'tea' failed\n", stderr);
		abort();
	}
}

BG_BENCH(ends_its_group)
{
	BG_LOOP(run)
		kill(0, SIGTERM);
}

BG_BENCH(exits)
{
	BG_LOOP(run)
		exit(3);
}

BG_BENCH(exits_with_0)
{
	BG_LOOP(run)
		exit(0);
}

BG_BENCH(exits_in_setup, BG_SETUP(leave))
{
	work(run);
}

BG_BENCH(exits_in_teardown, BG_TEARDOWN(leave))
{
	work(run);
}

BG_BENCH(crashes_in_teardown, BG_TEARDOWN(crash_early))
{
	work(run);
}

BG_BENCH(fails_in_setup, BG_SETUP(fail_early))
{
	work(run);
}

BG_BENCH(hangs)
{
	BG_LOOP(run)
		while (BG_KEEP(1))
			;
}

BG_BENCH(hangs_after_the_loop)
{
	work(run);
	while (BG_KEEP(1))
		;
}

BG_BENCH(hangs_deaf)
{
	for (int i = 1; i < 32; i++)
		signal(i, SIG_IGN);
	BG_LOOP(run)
		while (BG_KEEP(1))
			;
}

BG_BENCH(hangs_with_children)
{
	for (int i = 0; i < 3; i++)
		if (!fork()) {
			setsid();
			sleep(1000);
		}
	BG_LOOP(run)
		pause();
}

BG_BENCH(leaves_children)
{
	for (int i = 0; i < 3; i++)
		if (!fork()) {
			setsid();
			if (!fork())
				setpgid(0, 0);
			sleep(1000);
			_exit(0);
		}
	work(run);
}

BG_BENCH(forks_in_the_loop)
{
	BG_LOOP(run)
		if (!fork())
			BG_KEEP(run->seed);
}

BG_BENCH(eats_memory)
{
	BG_LOOP(run)
		memset(BG_KEEP(malloc(1 << 24)), 1, 1 << 24);
}

BG_BENCH(eats_little)
{
	BG_LOOP(run) {
		void *block = malloc(1 << 20);

		memset(block, 1, 1 << 20);
		BG_KEEP(block);
		free(block);
	}
}

BG_BENCH(is_wrong)
{
	work(run);
	bg_fail(run, "sum is %d, not %d", 41, 42);
}

BG_BENCH(is_wrong_in_odd_letters)
{
	work(run);
	bg_fail(run, "\"\\ \xff\xfe\t\x1b[31mred\x1b[0m");
}

BG_BENCH(breaks)
{
	BG_LOOP(run)
		break;
}

BG_BENCH(returns)
{
	BG_LOOP(run)
		return;
}

BG_BENCH(has_no_loop)
{
	BG_KEEP(run->seed);
}

BG_BENCH(prints)
{
	char line[1000];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\n';
	BG_LOOP(run)
		for (int i = 0; i < 100; i++)
			if (write(1, line, sizeof line) < 0 || write(2, line, sizeof line) < 0)
				bg_fail(run, "cannot print");
}

BG_BENCH(reads)
{
	char letter;

	BG_LOOP(run)
		if (read(0, &letter, 1) != 0)
			bg_fail(run, "there is something to read");
}

BG_BENCH(closes_0_to_2)
{
	close(0);
	close(1);
	close(2);
	work(run);
}

BG_BENCH(changes_directory)
{
	if (chdir("/"))
		bg_fail(run, "cannot go there");
	work(run);
}

static void on_signal(int signal)
{
	(void)signal;
}

/* Each call of the system may end with EINTR. */
BG_BENCH(has_a_timer)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct itimerval often = { { 0, 300 }, { 0, 300 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	work(run);
}

BG_BENCH(takes_all_descriptors)
{
	while (open("/dev/null", O_RDONLY) >= 0)
		;
	work(run);
}

BG_BENCH(removes_its_folder)
{
	char folder[64];

	snprintf(folder, sizeof folder, "gone%d", (int)getpid());
	if (mkdir(folder, 0700) || chdir(folder))
		bg_fail(run, "cannot go there");
	snprintf(folder, sizeof folder, "../gone%d", (int)getpid());
	rmdir(folder);
	work(run);
}

BG_BENCH(locks_its_scratch_folder)
{
	umask(0777);
	if (chdir(getenv("TMPDIR")) || mkdir("locked", 0))
		bg_fail(run, "cannot make a folder");
	work(run);
}

BG_BENCH(closes_3)
{
	BG_LOOP(run)
		close(3);
}

BG_BENCH(writes_to_3)
{
	BG_LOOP(run)
		if (write(3, "good day\n", 9) < 0)
			bg_fail(run, "cannot write");
}

/* The copy goes on as if it were the worker: it must not speak. */
BG_BENCH(copy_returns)
{
	int forked = 0;

	BG_LOOP(run)
		if (!forked++ && fork() == 0)
			return;
}

BG_BENCH(copy_falls_out)
{
	BG_LOOP(run)
		BG_KEEP(run->seed);
	if (fork() == 0)
		bg_fail(run, "said by a copy");
}

BG_BENCH(has_two_loops)
{
	BG_LOOP(run)
		BG_KEEP(run->seed);
	BG_LOOP(run)
		BG_KEEP(run->seed);
}

BG_BENCH(measures_too_early)
{
	bg_metric(run, "early", 1, "", BG_LESS_IS_BETTER);
	BG_LOOP(run)
		BG_KEEP(run->seed);
}

BG_BENCH(after)
{
	work(run);
}
