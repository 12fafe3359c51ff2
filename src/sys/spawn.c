/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/spawn.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/cpu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#define MAX_PIPES 2
#define STACK_BYTES 65536
/* Pages that we touch between asking for our own peak and starting a program. */
#define PEAK_SLACK (UINT64_C(256) << 10)

/* What the child needs to know before it becomes the program. It shares our memory until then. */
struct birth {
	const struct spawn *spawn;
	pid_t parent;
	volatile int failed; /* errno of what went wrong; 0: nothing */
};

/* Its signals, its group and its processor are those of a program that a shell starts. */
static void leave_us(const struct birth *birth)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };

	setpgid(0, 0);
	cpu_let_go();
	sigaction(SIGPIPE, &usual, NULL);
	sigaction(SIGXFSZ, &usual, NULL);
	/* Before they are let through: our handlers would write into memory that is ours, too. */
	process_forget_signals();
#ifdef __linux__
	int persona = personality(0xffffffff);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != birth->parent)
		_exit(127);
	/* Where a container forbids it, addresses are what they are. */
	if (persona >= 0 && birth->spawn->steady)
		personality((unsigned long)persona | ADDR_NO_RANDOMIZE);
	else if (persona >= 0 && (persona & ADDR_NO_RANDOMIZE))
		personality((unsigned long)persona & ~(unsigned long)ADDR_NO_RANDOMIZE);
#else
	(void)birth;
#endif
}

static void take_standard(const struct spawn *spawn)
{
	dup2(spawn->input, STDIN_FILENO);
	dup2(spawn->output, STDOUT_FILENO);
	dup2(spawn->errors, STDERR_FILENO);
#ifdef SYS_close_range
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0);
#endif
}

static int become_program(void *context)
{
	struct birth *birth = context;
	const struct spawn *spawn = birth->spawn;
	struct rlimit limit = { (rlim_t)spawn->memory_limit, (rlim_t)spawn->memory_limit };

	leave_us(birth);
	take_standard(spawn);
	if (spawn->memory_limit)
		setrlimit(RLIMIT_DATA, &limit);
	if (!(spawn->folder && chdir(spawn->folder)) &&
		!(spawn->place.sandbox && sandbox_enter(&spawn->place)))
		execve(spawn->argv[0], spawn->argv,
			spawn->environment ? spawn->environment : environ);
	birth->failed = errno;
	_exit(127);
}

/*
 * A copy of our memory costs several times what starting the program does, so the child borrows it
 * and we stand still until it has become the program. Entering a sandbox is more than may be done
 * in memory that is not one's own.
 */
static pid_t give_birth(struct birth *birth)
{
#ifdef __linux__
	static char stack[STACK_BYTES] __attribute__((aligned(64)));

	if (!birth->spawn->place.sandbox)
		return clone(become_program, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD,
			birth);
#endif
	pid_t pid = fork();

	if (!pid)
		become_program(birth);
	return pid;
}

/* Of what does not fit, the end is kept. Half goes at once: to move the rest for each chunk would
 * take longer than the program takes to print. */
static void keep_last(struct buf *kept, const char *chunk, size_t len)
{
	size_t max = kept->max;

	if (max && len > max) {
		chunk += len - max;
		len = max;
	}
	if (max && kept->len + len > max) {
		size_t left = max / 2 > len ? max / 2 - len : 0;

		buf_drop(kept, kept->len > left ? kept->len - left : 0);
	}
	buf_add(kept, chunk, len);
}

static void read_pipe(const struct spawn_pipe *from)
{
	char chunk[16384];

	/* A bounded number of turns: one that prints without end must not keep us from its
	 * deadline. */
	for (int turn = 0; turn < 64; turn++) {
		ssize_t got = read(from->fd, chunk, sizeof chunk);

		if (got <= 0)
			return;
		if (from->whole)
			buf_add(from->kept, chunk, (size_t)got);
		else if (from->kept)
			keep_last(from->kept, chunk, (size_t)got);
	}
}

static void read_pipes(const struct spawn_pipe *pipes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (pipes[i].fd >= 0)
			read_pipe(&pipes[i]);
}

static bool printed_too_much(const struct spawn_pipe *pipes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (pipes[i].whole && pipes[i].kept->full)
			return true;
	return false;
}

/* What the kernel says of a thread: how long it ran, and how long it was kept from running. */
struct schedule_said {
	uint64_t ran_ns, kept_ns;
};

static int open_schedule(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* All 0 where the kernel does not say. */
static struct schedule_said read_schedule(int fd)
{
	struct schedule_said said = { 0, 0 };
	char text[128], *at = text;
	ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);

	if (got <= 0)
		return said;
	text[got] = '\0';
	said.ran_ns = strtoull(at, &at, 10);
	said.kept_ns = strtoull(at, NULL, 10);
	return said;
}

static struct schedule_said schedule_of(pid_t pid)
{
	int fd = open_schedule(pid);
	struct schedule_said said = read_schedule(fd);

	if (fd >= 0)
		close(fd);
	return said;
}

/* Has it ended, or stopped? Then notes how. */
static bool spawn_look_at(pid_t pid, int options, struct spawn_end *end)
{
	struct rusage usage;
	int status;
	pid_t got;

	do
		got = wait4(pid, &status, options, &usage);
	while (got < 0 && errno == EINTR);
	if (got != pid)
		return false;
	if (WIFSTOPPED(status)) {
		end->how = SPAWN_STOPPED;
		end->number = WSTOPSIG(status);
		return true;
	}
	end->used = process_usage_of(&usage);
	end->how = WIFSIGNALED(status) ? SPAWN_KILLED : SPAWN_EXITED;
	end->number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

static void kill_all(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
}

/* Why it must not go on; it keeps its word when it is gone. */
static void put_an_end(pid_t pid, enum spawn_how how, int number, struct spawn_end *end)
{
	kill_all(pid);
	spawn_look_at(pid, 0, end);
	end->how = how;
	end->number = number;
}

/* One that is being waited for. */
struct waiting {
	const struct spawn *spawn;
	const struct spawn_pipe *pipes;
	size_t nr_pipes;
	pid_t pid;
	uint64_t start_ns;
	int our_schedule; /* descriptor; below 0: there is none */
	uint64_t ours_ns; /* for how long we had been kept before the start */
};

/* With threads or children of its own, the kernel's word on its first thread is not all. */
#define OWN_PART 0.95

/* A wait that is over so soon found it at its end already. */
#define AT_ONCE_NS 20000

static void note_kept(const struct schedule_said *its, uint64_t ours_ns, struct spawn_end *end)
{
	uint64_t used_ns = end->used.user_ns + end->used.system_ns, most_ns;
	uint64_t kept_ns = its->kept_ns + ours_ns;

	if ((double)its->ran_ns < OWN_PART * (double)used_ns || end->wall_ns <= its->ran_ns)
		return;
	most_ns = end->wall_ns - its->ran_ns;
	end->kept_ns = kept_ns < most_ns ? kept_ns : most_ns;
}

/* Waits once; true: it is at its end. */
static bool wait_once(const struct waiting *waiting, struct pollfd *polled, uint64_t left_ns,
	struct spawn_end *end)
{
	uint64_t ours_ns = read_schedule(waiting->our_schedule).kept_ns;
	uint64_t waited_ns = clock_now_ns();
	int got = process_poll_for(polled, waiting->nr_pipes, left_ns);
	uint64_t now_ns = clock_now_ns();
	struct schedule_said its;

	end->wall_ns = now_ns - waiting->start_ns;
	if (now_ns - waited_ns < AT_ONCE_NS)
		ours_ns = waiting->ours_ns;
	ours_ns = read_schedule(waiting->our_schedule).kept_ns - ours_ns;
	/* While it still has a number. */
	its = schedule_of(waiting->pid);
	if (spawn_look_at(waiting->pid, WNOHANG | WUNTRACED, end)) {
		note_kept(&its, ours_ns, end);
		return true;
	}
	if (got > 0)
		read_pipes(waiting->pipes, waiting->nr_pipes);
	return false;
}

static void await_end(const struct waiting *waiting, struct spawn_end *end)
{
	uint64_t deadline_ns = clock_awake_ns() + waiting->spawn->timeout_ns;
	struct pollfd polled[MAX_PIPES];
	uint64_t now_ns = clock_awake_ns();

	for (size_t i = 0; i < waiting->nr_pipes; i++)
		polled[i] = (struct pollfd){ waiting->pipes[i].fd, POLLIN, 0 };
	while (!wait_once(waiting, polled, deadline_ns - now_ns, end)) {
		if (!waiting->spawn->undisturbed && process_interrupted()) {
			put_an_end(waiting->pid, SPAWN_INTERRUPTED, process_interrupted(), end);
			return;
		}
		if (printed_too_much(waiting->pipes, waiting->nr_pipes)) {
			put_an_end(waiting->pid, SPAWN_TOO_LONG, 0, end);
			return;
		}
		now_ns = clock_awake_ns();
		if (now_ns >= deadline_ns) {
			put_an_end(waiting->pid, SPAWN_TIMED_OUT, 0, end);
			return;
		}
	}
	if (end->how == SPAWN_STOPPED)
		put_an_end(waiting->pid, SPAWN_STOPPED, end->number, end);
}

static pid_t spawn_start(struct birth *birth, uint64_t *start_ns)
{
	sigset_t all, before;
	pid_t pid;

	/* No handler of ours may run in the child. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	*start_ns = clock_now_ns();
	pid = give_birth(birth);
	if (pid < 0)
		birth->failed = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

void spawn_run(const struct spawn *spawn, const struct spawn_pipe *pipes, size_t nr_pipes,
	struct spawn_end *end)
{
	struct birth birth = { .spawn = spawn, .parent = getpid() };
	struct waiting waiting = { .spawn = spawn,
		.pipes = pipes,
		.nr_pipes = nr_pipes,
		.our_schedule = open_schedule(getpid()) };

	*end = (struct spawn_end){ .how = SPAWN_NOT_STARTED };
	waiting.ours_ns = read_schedule(waiting.our_schedule).kept_ns;
	waiting.pid = spawn_start(&birth, &waiting.start_ns);
	if (waiting.pid > 0) {
		setpgid(waiting.pid, waiting.pid);
		await_end(&waiting, end);
		/* What it left behind would run beside the next one. */
		if (!spawn->leaves_children)
			kill(-waiting.pid, SIGKILL);
		read_pipes(pipes, nr_pipes);
		if (end->how == SPAWN_EXITED && printed_too_much(pipes, nr_pipes))
			end->how = SPAWN_TOO_LONG;
	}
	if (birth.failed) {
		end->how = SPAWN_NOT_STARTED;
		end->number = birth.failed;
	}
	if (waiting.our_schedule >= 0)
		close(waiting.our_schedule);
}

int spawn_open_pipe(int ends[2], struct error *err)
{
	if (pipe2(ends, O_CLOEXEC))
		return error_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	/* Reading from one that is not so would wait for ever. */
	if (!fcntl(ends[0], F_SETFL, O_NONBLOCK))
		return 0;
	error_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	close(ends[0]);
	close(ends[1]);
	return -1;
}

uint64_t spawn_peak_floor(void)
{
	struct rusage ours;

	getrusage(RUSAGE_SELF, &ours);
	return process_usage_of(&ours).peak_bytes + PEAK_SLACK;
}
