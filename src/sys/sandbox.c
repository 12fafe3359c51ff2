/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && \
	__has_include(<linux/landlock.h>)
#define HAVE_SANDBOX 1
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#ifdef HAVE_SANDBOX

/* Newer than the oldest headers that we build with. */
#define ACCESS_TRUNCATE (1u << 14)
#define SCOPE_ABSTRACT_SOCKETS (1u << 0)
#define SCOPE_SIGNALS (1u << 1)
#define NR_OPENAT2 437

#define ACCESS_WRITE \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* As struct landlock_ruleset_attr is in newer headers. */
struct ruleset {
	uint64_t files, network, scopes;
};

/* Which members of it each version of the kernel's interface knows. */
static size_t ruleset_size(long version)
{
	if (version >= 6)
		return sizeof(struct ruleset);
	return version >= 4 ? offsetof(struct ruleset, scopes) : offsetof(struct ruleset, network);
}

static uint64_t file_rights(long version)
{
	uint64_t rights = ACCESS_WRITE;

	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		rights |= ACCESS_TRUNCATE;
	return rights;
}

static int allow_path(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights,
		.parent_fd = open(path, O_PATH | O_CLOEXEC) };
	long rc = -1;

	if (rule.parent_fd < 0)
		return -1;
	rc = syscall(__NR_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return rc ? -1 : 0;
}

static int allow_writing(int ruleset, const struct sandbox_place *place, uint64_t rights)
{
	static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full" };
	const uint64_t of_file = rights & (LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE);

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (allow_path(ruleset, devices[i], of_file) && errno != ENOENT)
			return -1;
	for (size_t i = 0; i < sizeof place->writable / sizeof *place->writable; i++)
		if (place->writable[i] && allow_path(ruleset, place->writable[i], rights))
			return -1;
	return 0;
}

static int restrict_files(const struct sandbox_place *place, long version)
{
	struct ruleset wanted = { .files = file_rights(version),
		.scopes = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS };
	int ruleset = (int)syscall(__NR_landlock_create_ruleset, &wanted, ruleset_size(version), 0);
	int rc = -1;

	if (ruleset < 0)
		return -1;
	if (!allow_writing(ruleset, place, wanted.files))
		rc = syscall(__NR_landlock_restrict_self, ruleset, 0) ? -1 : 0;
	close(ruleset);
	return rc;
}

/* A call that is refused; with a mask only where that argument, masked, is this value, or unless it
 * is. */
struct refusal {
	int call;
	uint32_t argument, mask, value;
	uint32_t error;
	long until; /* only where Landlock is older than this; 0: always */
	bool unless;
};

/* Stream pairs are left, which lead nowhere else; a pair of datagrams could be given an address.
 * io_uring makes calls that no filter sees. Process 0 is the caller: the limits of others could end
 * them. Landlock lets files be emptied before version 3. */
static const struct refusal refusals[] = {
	{ SYS_socket, 0, 0, 0, EPERM, 0, false },
	{ SYS_connect, 0, 0, 0, EPERM, 0, false },
	{ SYS_bind, 0, 0, 0, EPERM, 0, false },
	{ SYS_socketpair, 1, 0xf, SOCK_DGRAM, EPERM, 0, false },
	{ SYS_io_uring_setup, 0, 0, 0, ENOSYS, 0, false },
	{ SYS_io_uring_enter, 0, 0, 0, ENOSYS, 0, false },
	{ SYS_io_uring_register, 0, 0, 0, ENOSYS, 0, false },
	{ SYS_bpf, 0, 0, 0, EPERM, 0, false },
	{ SYS_prlimit64, 0, UINT32_MAX, 0, EPERM, 0, true },
	{ SYS_truncate, 0, 0, 0, EPERM, 3, false },
	{ SYS_openat, 2, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY, EPERM, 3, false },
#ifdef SYS_open
	{ SYS_open, 1, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY, EPERM, 3, false },
#endif
	{ NR_OPENAT2, 0, 0, 0, ENOSYS, 3, false },
};

#define NR_REFUSALS (sizeof refusals / sizeof *refusals)
#define MAX_STEPS (8 + 6 * NR_REFUSALS)

#ifdef __x86_64__
#define OWN_ARCH AUDIT_ARCH_X86_64
#else
#define OWN_ARCH AUDIT_ARCH_AARCH64
#endif

/* Calls of x32 have this bit, and other numbers. */
#define X32_BIT 0x40000000u

struct filter {
	struct sock_filter steps[MAX_STEPS];
	unsigned short nr;
};

static void sandbox_add_step(struct filter *filter, int code, uint32_t k, unsigned jt, unsigned jf)
{
	filter->steps[filter->nr++] =
		(struct sock_filter){ (uint16_t)code, (uint8_t)jt, (uint8_t)jf, k };
}

static void add_refusal(struct filter *filter, const struct refusal *refusal)
{
	uint32_t argument = (uint32_t)offsetof(struct seccomp_data, args) + 8 * refusal->argument;

	sandbox_add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refusal->call, 0,
		refusal->mask ? 5 : 1);
	if (refusal->mask) {
		sandbox_add_step(filter, BPF_LD | BPF_W | BPF_ABS, argument, 0, 0);
		sandbox_add_step(filter, BPF_ALU | BPF_AND | BPF_K, refusal->mask, 0, 0);
		sandbox_add_step(filter, BPF_JMP | BPF_JEQ | BPF_K, refusal->value, refusal->unless,
			!refusal->unless);
	}
	sandbox_add_step(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | refusal->error, 0, 0);
	/* The number is asked for again by those that follow. */
	if (refusal->mask)
		sandbox_add_step(
			filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
}

static int restrict_calls(long version)
{
	struct filter filter = { .nr = 0 };
	struct sock_fprog program = { .filter = filter.steps };

	sandbox_add_step(
		&filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	sandbox_add_step(&filter, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0);
	sandbox_add_step(&filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	sandbox_add_step(
		&filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	sandbox_add_step(&filter, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	sandbox_add_step(&filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
	for (size_t i = 0; i < NR_REFUSALS; i++)
		if (!refusals[i].until || version < refusals[i].until)
			add_refusal(&filter, &refusals[i]);
	sandbox_add_step(&filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	program.len = filter.nr;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) ? -1 : 0;
}

#define KEPT(capability) (1u << (capability))

/* Root's own: what concerns files, which Landlock guards, and its own process. Without this root
 * could read the memory and the environment of processes outside. */
static int drop_capabilities(void)
{
	static const uint32_t kept = KEPT(CAP_CHOWN) | KEPT(CAP_DAC_OVERRIDE) | KEPT(CAP_FOWNER) |
		KEPT(CAP_FSETID) | KEPT(CAP_IPC_LOCK) | KEPT(CAP_SYS_NICE);
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, sets))
		return -1;
	sets[0].effective &= kept;
	sets[0].permitted &= kept;
	sets[0].inheritable = 0;
	sets[1] = (struct __user_cap_data_struct){ 0 };
	return syscall(SYS_capset, &header, sets) ? -1 : 0;
}

int sandbox_enter(const struct sandbox_place *place)
{
	long version =
		syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || drop_capabilities() ||
		restrict_files(place, version))
		return -1;
	return restrict_calls(version);
}

/* An interface that is there may still be closed by a container. */
static int try_out(void)
{
	const struct sandbox_place place = { .sandbox = NULL };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(sandbox_enter(&place) ? errno : 0);
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	if (pid < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

#else

int sandbox_enter(const struct sandbox_place *place)
{
	(void)place;
	errno = ENOSYS;
	return -1;
}

static int try_out(void)
{
	return ENOSYS;
}

#endif

bool sandbox_works(struct buf *why)
{
	int error = try_out();

	if (error)
		buf_addf(why,
			"it needs Landlock and seccomp, of Linux 5.13 or newer on x86-64 or ARM64, but they cannot be used here: %s",
			strerror(error));
	return !error;
}

static bool says_secret(const char *name, size_t len)
{
	static const char *const words[] = { "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE",
		"_PWD", "CREDENTIAL", "PRIVATE_KEY", "ACCESS_KEY", "API_KEY", "APIKEY", "JWT",
		"WEBHOOK", "DATABASE_URL", "_DSN", "NPM_AUTH", "DOCKER_AUTH", "SSH_AUTH_SOCK" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t size = strlen(words[i]);

		for (size_t at = 0; at + size <= len; at++)
			if (strncasecmp(name + at, words[i], size) == 0)
				return true;
	}
	return false;
}

bool sandbox_hides(const struct sandbox *sandbox, const char *variable)
{
	size_t len = strcspn(variable, "=");

	for (size_t i = 0; i < sandbox->secrets.nr; i++)
		if (strlen(sandbox->secrets.items[i]) == len &&
			strncmp(sandbox->secrets.items[i], variable, len) == 0)
			return true;
	return says_secret(variable, len);
}

const char *sandbox_hint(const char *text)
{
	static const int errors[] = { EPERM, EACCES };

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strstr(text, strerror(errors[i])))
			return "; the sandbox may have refused it (see 'benchgate help sandbox')";
	return "";
}
