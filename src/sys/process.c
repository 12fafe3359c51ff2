/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/process.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/environment.h"
#include "sys/file.h"
#include "sys/heap.h"
#include "sys/trace.h"
#include "sys/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static volatile sig_atomic_t stopped_by;
static sigset_t
	outside; /* the signal mask that we were started with, for children and for waiting */

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };

#define STATUS_MAX 65536
/* What a child may touch between fork and exec. */
#define FORKED_SLACK (UINT64_C(1) << 20)
#define NR_CAUGHT (sizeof caught / sizeof *caught)
#define MAX_CHILDREN 256

struct children {
	pid_t pids[MAX_CHILDREN];
	size_t nr;
};

/* Those that the program which became us had started; they are none of our business. */
static struct children inherited;
/* Those that are to live on for a while. */
static struct children spared;

static void note_signal(int number)
{
	if (number != SIGCHLD)
		stopped_by = number;
}

#ifdef PR_SET_CHILD_SUBREAPER
static void read_children(struct children *children)
{
	char path[64], list[4096];
	ssize_t got;
	int fd;

	snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
	children->nr = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	got = read(fd, list, sizeof list - 1);
	close(fd);
	list[got > 0 ? got : 0] = '\0';
	for (char *at = list; *at && children->nr < MAX_CHILDREN; at += strspn(at, " \n")) {
		long pid = strtol(at, &at, 10);

		if (pid <= 0)
			return;
		children->pids[children->nr++] = (pid_t)pid;
	}
}

static bool has_child(const struct children *children, pid_t pid)
{
	for (size_t i = 0; i < children->nr; i++)
		if (children->pids[i] == pid)
			return true;
	return false;
}
#endif

void process_setup(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NR_CAUGHT; i++) {
		struct sigaction was;

		/* What nohup, or a script's &, made us deaf to stays unheard. */
		if (caught[i] != SIGCHLD && !sigaction(caught[i], NULL, &was) &&
			was.sa_handler == SIG_IGN)
			continue;
		sigaddset(&blocked, caught[i]);
		sigaction(caught[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, &outside);
	for (size_t i = 0; i < NR_CAUGHT; i++)
		sigdelset(&outside, caught[i]);
	signal(SIGPIPE, SIG_IGN);
	/* A file that would grow over a limit is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
#ifdef PR_SET_CHILD_SUBREAPER
	read_children(&inherited);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

pid_t process_copy(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	sigset_t term, before;
	pid_t parent = getpid(), copy;

	sigemptyset(&action.sa_mask);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	/* Where we ignore it, one that comes before the copy listens would be lost. */
	sigprocmask(SIG_BLOCK, &term, &before);
	copy = fork();
	if (copy) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return copy;
	}
	sigaction(SIGTERM, &action, NULL);
	sigdelset(&outside, SIGTERM);
	inherited.nr = 0;
#ifdef __linux__
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	if (getppid() != parent)
		_exit(1);
	return 0;
}

int process_poll(struct pollfd *polled, size_t nr)
{
	return ppoll(polled, nr, NULL, &outside);
}

int process_poll_for(struct pollfd *polled, size_t nr, uint64_t time_ns)
{
	struct timespec timeout = { (time_t)(time_ns / CLOCK_NS_PER_S),
		(long)(time_ns % CLOCK_NS_PER_S) };

	return ppoll(polled, nr, &timeout, &outside);
}

void process_forget_signals(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, was;

	for (size_t i = 0; i < NR_CAUGHT; i++)
		if (!sigaction(caught[i], NULL, &was) && was.sa_handler == note_signal)
			sigaction(caught[i], &usual, NULL);
	sigprocmask(SIG_SETMASK, &outside, NULL);
}

void process_open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int process_interrupted(void)
{
	sigset_t pending;

	for (size_t i = 0; !stopped_by && !sigpending(&pending) && i < NR_CAUGHT; i++)
		if (caught[i] != SIGCHLD && sigismember(&pending, caught[i]))
			return caught[i];
	return stopped_by;
}

static void limit_memory(uint64_t bytes)
{
	struct rlimit limit = { (rlim_t)bytes, (rlim_t)bytes };

	if (bytes)
		setrlimit(RLIMIT_DATA, &limit);
}

/* Where a watched child, which is never alone, has what it is to write to. */
#define WATCH_FD (PROCESS_CHILD_FD + 1)
/* One with a library to preload has that in its place. */
_Static_assert(HEAP_FD == WATCH_FD, "the descriptors behind it are closed");

/* What a child needs to know between fork and exec. */
struct birth {
	char **environment;
	char *const *argv;
	const struct process_terms *terms;
	int channel, output;
	pid_t parent;
};

static void leave_group(const struct birth *birth)
{
	setpgid(0, 0);
#ifdef __linux__
	int persona = personality(0xffffffff);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != birth->parent)
		_exit(127);
	/* Where a container forbids it, addresses are what they are. */
	if (persona >= 0 && birth->terms->steady)
		personality((unsigned long)persona | ADDR_NO_RANDOMIZE);
	else if (persona >= 0 && (persona & ADDR_NO_RANDOMIZE))
		personality((unsigned long)persona & ~(unsigned long)ADDR_NO_RANDOMIZE);
#else
	(void)birth;
#endif
}

static void take_descriptors(const struct birth *birth)
{
	int nothing = open("/dev/null", O_RDONLY);

	dup2(birth->terms->input > 0 ? birth->terms->input : nothing, STDIN_FILENO);
	dup2(birth->output, STDOUT_FILENO);
	dup2(birth->terms->errors > 0 ? birth->terms->errors : birth->output, STDERR_FILENO);
	if (!birth->terms->alone && birth->channel == PROCESS_CHILD_FD)
		fcntl(birth->channel, F_SETFD, 0);
	else if (!birth->terms->alone)
		dup2(birth->channel, PROCESS_CHILD_FD);
	if (birth->terms->watch > 0)
		dup3(birth->terms->watch, WATCH_FD, O_CLOEXEC);
	if (birth->terms->preload > 0)
		dup2(birth->terms->preload, HEAP_FD);
#ifdef SYS_close_range
	syscall(SYS_close_range,
		birth->terms->watch > 0 || birth->terms->preload > 0
			? WATCH_FD + 1
			: PROCESS_CHILD_FD + (birth->terms->alone ? 0 : 1),
		~0u, 0);
#endif
}

/* Between fork and exec. */
static void become(const struct birth *birth)
{
	const struct process_terms *terms = birth->terms;

	leave_group(birth);
	cpu_let_go();
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigprocmask(SIG_SETMASK, &outside, NULL);
	take_descriptors(birth);
	limit_memory(terms->memory_limit);
	if (terms->folder && chdir(terms->folder))
		dprintf(STDERR_FILENO, "cannot enter %s: %s\n", terms->folder, strerror(errno));
	else if (terms->place.sandbox && sandbox_enter(&terms->place))
		dprintf(STDERR_FILENO, "cannot enter the sandbox: %s\n", strerror(errno));
	else if (terms->watch > 0)
		watch_exec(birth->argv, birth->environment, WATCH_FD);
	else if (execve(birth->argv[0], birth->argv, birth->environment))
		dprintf(STDERR_FILENO, "cannot start %s: %s\n", birth->argv[0], strerror(errno));
	_exit(127);
}

/* Another process that kept an end would keep the other one from seeing that it was closed. */
static int new_pair(int pair[2])
{
#ifdef SOCK_CLOEXEC
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
#else
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	fcntl(pair[0], F_SETFD, FD_CLOEXEC);
	fcntl(pair[1], F_SETFD, FD_CLOEXEC);
	return 0;
#endif
}

static void close_both(const int pair[2])
{
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
}

/* Its row is called by the program and what it is to do, such as "make bench". */
static void trace_argv(const struct process *process, char *const argv[])
{
	struct buf name = BUF_INIT, line = BUF_INIT;

	if (!process->start_ns)
		return;
	buf_adds(&name, str_path_name(argv[0]));
	if (argv[1] && *argv[1] != '-')
		buf_addf(&name, " %s", argv[1]);
	buf_adds(&line, str_path_name(argv[0]));
	for (size_t i = 1; argv[i]; i++)
		buf_addf(&line, " %s", argv[i]);
	trace_process(process->pid, name.data, line.data);
	buf_release(&line);
	buf_release(&name);
}

int process_start_with(struct process *process, char *const argv[],
	const struct process_terms *terms, struct error *err)
{
	int channel[2] = { -1, -1 }, output[2] = { -1, -1 };
	struct birth birth = { .argv = argv, .terms = terms, .parent = getpid() };
	char *padding = NULL;

	*process = (struct process)PROCESS_INIT;
	if ((!terms->folder || *argv[0] == '/') && access(argv[0], X_OK))
		return error_set(err, ERR_IO, "cannot start %s: %s", argv[0], strerror(errno));
	if ((!terms->alone && new_pair(channel)) || new_pair(output))
		goto failed;
	birth.channel = channel[1];
	birth.output = output[1];
	if (fcntl(output[0], F_SETFL, O_NONBLOCK))
		goto failed;
	birth.environment = environment_with(terms->unset, terms->set, terms->place.sandbox);
	if (terms->steady)
		padding = environment_pad(&birth.environment, argv);
	process->pid = fork();
	if (process->pid == 0)
		become(&birth);
	free(birth.environment);
	free(padding);
	if (process->pid < 0)
		goto failed;
	setpgid(process->pid, process->pid);
	if (channel[1] >= 0)
		close(channel[1]);
	close(output[1]);
	process->channel = channel[0];
	process->output = output[0];
	process->start_ns = trace_start();
	trace_argv(process, argv);
	return 0;
failed:
	error_set(err, ERR_IO, "cannot start %s: %s", argv[0], strerror(errno));
	close_both(channel);
	close_both(output);
	*process = (struct process)PROCESS_INIT;
	return -1;
}

int process_start(
	struct process *process, char *const argv[], uint64_t memory_limit, struct error *err)
{
	const struct process_terms terms = { .memory_limit = memory_limit };

	return process_start_with(process, argv, &terms, err);
}

static uint64_t time_ns(struct timeval time)
{
	return (uint64_t)time.tv_sec * CLOCK_NS_PER_S + (uint64_t)time.tv_usec * 1000;
}

struct process_usage process_usage_of(const struct rusage *usage)
{
#ifdef __APPLE__
	const uint64_t unit_bytes = 1;
#else
	const uint64_t unit_bytes = 1024;
#endif

	return (struct process_usage){
		.user_ns = time_ns(usage->ru_utime),
		.system_ns = time_ns(usage->ru_stime),
		.peak_bytes = (uint64_t)usage->ru_maxrss * unit_bytes,
		.nr_faults = (uint64_t)usage->ru_minflt + (uint64_t)usage->ru_majflt,
		.nr_switches = (uint64_t)usage->ru_nivcsw,
		.nr_waits = (uint64_t)usage->ru_nvcsw,
	};
}

/* The peak of the program itself, in /proc; 0 where there is none. */
static uint64_t peak_of_program(pid_t pid)
{
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	uint64_t peak_kib = 0;
	const char *line;
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	if (!file_read(path, STATUS_MAX, &text, &ignored)) {
		line = strstr(text.data, "\nVmHWM:");
		if (line)
			peak_kib = strtoull(line + strlen("\nVmHWM:"), NULL, 10);
	}
	buf_release(&text);
	return peak_kib * 1024;
}

void process_note_peak(struct process *process)
{
	uint64_t peak = process->ended ? 0 : peak_of_program(process->pid);

	if (peak > process->peak_bytes)
		process->peak_bytes = peak;
}

/*
 * The kernel counts the memory that a child had before exec, which was a copy of ours. So its
 * figure is right only where it is more than we ever had; it then counts the child's children,
 * too. setmax_mm_hiwater_rss in Linux's exec.
 */
static void note_last_usage(struct process *process, const struct rusage *usage)
{
	struct rusage ours;
	uint64_t peak;

	process->used = process_usage_of(usage);
	peak = process->used.peak_bytes;
	getrusage(RUSAGE_SELF, &ours);
	if (!process->peak_bytes || peak > process_usage_of(&ours).peak_bytes + FORKED_SLACK)
		process->peak_bytes = peak;
}

/* Has it ended? Then notes how. */
static bool reap(struct process *process, int options)
{
	struct rusage usage;
	int status;
	pid_t got;

	if (process->ended || !process->pid)
		return true;
	do
		got = wait4(process->pid, &status, options, &usage);
	while (got < 0 && errno == EINTR);
	if (got != process->pid)
		return false;
	process->ended = true;
	process->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	note_last_usage(process, &usage);
	return true;
}

/* Adds to a buffer so that, where not all fits, the end is what is left. */
static void keep_end(struct buf *output, const char *chunk, size_t len)
{
	size_t max = output->max;

	if (max && len > max) {
		chunk += len - max;
		len = max;
	}
	if (max && output->len + len > max)
		buf_drop(output, output->len + len - max);
	buf_add(output, chunk, len);
}

/* Takes what the child printed; only the end of it is kept. */
static void drain(struct process *process, struct buf *output)
{
	char chunk[4096];
	ssize_t got = -1;

	/* A bounded number of turns: a child that prints without end must not keep us from its
	 * deadline. */
	for (int turn = 0; turn < 64 && process->output >= 0; turn++) {
		got = read(process->output, chunk, sizeof chunk);
		if (got <= 0)
			break;
		if (output)
			keep_end(output, chunk, (size_t)got);
		/* A disk that is full is for who fills it to notice. */
		if (process->log >= 0)
			(void)!write(process->log, chunk, (size_t)got);
	}
	if (process->output >= 0 && got == 0) {
		close(process->output);
		process->output = -1;
	}
}

static bool readable_now(int fd)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	return fd >= 0 && poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN);
}

/* In short parts: a stop of ours shows as one that ends late, and takes no more than it of the time
 * that is left. */
static void wait_a_part(const struct process *process, uint64_t left_ns)
{
	struct pollfd fds[] = { { process->channel, POLLIN, 0 }, { process->output, POLLIN, 0 } };
	uint64_t start_ns = clock_now_ns();
	uint64_t part_ns = left_ns / 4 < CLOCK_NS_PER_S ? left_ns / 4 : CLOCK_NS_PER_S;
	struct timespec timeout = { (time_t)(part_ns / CLOCK_NS_PER_S),
		(long)(part_ns % CLOCK_NS_PER_S) };

	ppoll(fds, 2, &timeout, &outside);
	clock_end_wait(start_ns, part_ns);
}

enum process_event process_wait(struct process *process, uint64_t deadline_ns, struct buf *output)
{
	for (;;) {
		uint64_t now_ns = clock_awake_ns();
		uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
		bool ended;

		if (process_interrupted())
			return PROCESS_INTERRUPTED;
		drain(process, output);
		ended = reap(process, WNOHANG);
		/* Before what it says: one that never stops talking must not keep us for ever. */
		if (!left_ns && !ended)
			return PROCESS_TIMED_OUT;
		if (readable_now(process->channel))
			return PROCESS_READABLE;
		if (ended)
			return PROCESS_ENDED;
		wait_a_part(process, left_ns);
	}
}

void process_hang_up(struct process *process)
{
	if (process->channel < 0)
		return;
	process_note_peak(process);
	close(process->channel);
	process->channel = -1;
}

void process_end(struct process *process, struct buf *output)
{
	if (!process->pid)
		return;
	kill(-process->pid, SIGKILL);
	if (!process->ended)
		kill(process->pid, SIGKILL);
	reap(process, 0);
	drain(process, output);
	process_hang_up(process);
	if (process->output >= 0)
		close(process->output);
	process->output = -1;
	trace_process_end(process->start_ns, process->pid);
	process->pid = 0;
}

void process_sweep(void)
{
#ifdef PR_SET_CHILD_SUBREAPER
	struct children now;
	size_t nr_ended;

	/* What we end may leave children of its own, which then are ours: look until there are
	 * none. */
	do {
		read_children(&now);
		nr_ended = 0;
		for (size_t i = 0; i < now.nr; i++) {
			if (has_child(&inherited, now.pids[i]) || has_child(&spared, now.pids[i]))
				continue;
			kill(now.pids[i], SIGKILL);
			waitpid(now.pids[i], NULL, 0);
			nr_ended++;
		}
	} while (nr_ended);
#endif
}

void process_spare(void)
{
#ifdef PR_SET_CHILD_SUBREAPER
	read_children(&spared);
#endif
}

void process_spare_none(void)
{
	spared.nr = 0;
}

int process_capture(char *const argv[], uint64_t timeout_ns, struct buf *output)
{
	struct process process;
	struct error err = ERROR_INIT;
	enum process_event event;
	uint64_t deadline_ns = clock_awake_ns() + timeout_ns;

	if (process_start(&process, argv, 0, &err))
		return -1;
	do
		event = process_wait(&process, deadline_ns, output);
	while (event == PROCESS_READABLE && (process_hang_up(&process), true));
	process_end(&process, output);
	return event == PROCESS_ENDED && !process.signal ? process.status : -1;
}
