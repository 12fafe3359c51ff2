/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process can say of itself, be it a child of ours or not. */
#include "base/mem.h"
#include "sys/file.h"
#include "sys/process.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

long process_id(void)
{
	return (long)getpid();
}

char *process_own_path(void)
{
	static const char link[] = "/proc/self/exe";
	char path[4096];
	ssize_t len = readlink(link, path, sizeof path - 1);

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	/* Replaced in the middle of a run, as by a rebuild: what runs can still be started by the
	 * link. */
	return access(path, X_OK) == 0 ? mem_copy(path, (size_t)len)
				       : mem_copy(link, sizeof link - 1);
}

bool process_has_channel(void)
{
	struct stat is;

	return fstat(PROCESS_CHILD_FD, &is) == 0 && S_ISSOCK(is.st_mode);
}

bool process_write(int fd, const char *data, size_t len, int *failed)
{
	if (!file_write_fd(fd, data, len))
		return true;
	if (errno == EPIPE || errno == ECONNRESET)
		return false;
	*failed = errno;
	shutdown(fd, SHUT_RDWR);
	return false;
}

long process_read(int fd, char *data, size_t len)
{
	ssize_t got;

	do
		got = read(fd, data, len);
	while (got < 0 && errno == EINTR);
	return got;
}
