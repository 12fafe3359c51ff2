/* SPDX-License-Identifier: MIT-0 */
/*
 * Benchmarks that each try one thing that a sandbox refuses, and fail where it is refused. What
 * they are to reach is named by the environment.
 */
#include <arpa/inet.h>
#include <benchgate.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(struct bg_run *run, const char *what, long rc)
{
	int error = errno;

	if (rc < 0)
		bg_fail(run, "%s: %s", what, strerror(error));
	else
		BG_LOOP(run)
			(void)0;
}

static int write_in(const char *folder)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/written", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0644);
	if (fd >= 0)
		close(fd);
	return fd;
}

BG_BENCH(writes_home)
{
	report(run, "open", write_in(getenv("HOME")));
}

BG_BENCH(writes_here)
{
	report(run, "open", write_in("."));
}

BG_BENCH(writes_scratch)
{
	report(run, "open", write_in(getenv("TMPDIR")));
}

BG_BENCH(writes_null)
{
	report(run, "open", open("/dev/null", O_WRONLY));
}

BG_BENCH(removes_file)
{
	report(run, "unlink", unlink("doomed"));
}

BG_BENCH(moves_file)
{
	report(run, "rename", rename("doomed", "moved"));
}

BG_BENCH(empties_file)
{
	report(run, "truncate", truncate("doomed", 0));
}

BG_BENCH(empties_by_reading)
{
	report(run, "open", open("doomed", O_RDONLY | O_TRUNC));
}

BG_BENCH(makes_folder)
{
	report(run, "mkdir", mkdir("folder", 0755));
}

BG_BENCH(connects)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(getenv("PORT"))),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	report(run, "connect", fd < 0 ? fd : connect(fd, (struct sockaddr *)&to, sizeof to));
}

BG_BENCH(connects_locally)
{
	report(run, "socket", socket(AF_UNIX, SOCK_STREAM, 0));
}

BG_BENCH(pairs_datagrams)
{
	int pair[2];

	report(run, "socketpair", socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair));
}

BG_BENCH(pairs_streams)
{
	int pair[2];

	report(run, "socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

BG_BENCH(signals_parent)
{
	report(run, "kill", kill(getppid(), 0));
}

BG_BENCH(signals_child)
{
	pid_t child = fork();
	int rc;

	if (child == 0)
		for (;;)
			pause();
	rc = kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	report(run, "kill", rc);
}

BG_BENCH(traces_parent)
{
	long rc = ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);

	if (rc == 0) {
		waitpid(getppid(), NULL, __WALL);
		ptrace(PTRACE_DETACH, getppid(), NULL, NULL);
	}
	report(run, "ptrace", rc);
}

BG_BENCH(limits_parent)
{
	struct rlimit limit;

	report(run, "prlimit", prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit));
}

BG_BENCH(limits_itself)
{
	struct rlimit limit;

	report(run, "getrlimit", getrlimit(RLIMIT_NOFILE, &limit));
}

BG_BENCH(reads_parent)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
	report(run, "open", open(path, O_RDONLY));
}

BG_BENCH(knows_names)
{
	report(run, "PLAIN", getenv("PLAIN") ? 0 : -1);
}

BG_BENCH(knows_token)
{
	report(run, "GITHUB_TOKEN", getenv("GITHUB_TOKEN") ? 0 : -1);
}

BG_BENCH(knows_small_letters)
{
	report(run, "gh_token", getenv("gh_token") ? 0 : -1);
}

BG_BENCH(knows_channel)
{
	report(run, "HOOK_ADDRESS", getenv("HOOK_ADDRESS") ? 0 : -1);
}
