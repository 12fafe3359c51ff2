/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/perf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include "base/str.h"
#include "sys/kernel_file.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
/* Above it Linux lets nobody count its own processes without rights; some distributions set 3 or 4.
 */
#define MOST_PARANOID 2

static void add_forbidden(struct buf *why)
{
	char *text = kernel_file_line(PARANOID);
	uint64_t level = 0;

	if (text && str_to_u64(text, &level) && level > MOST_PARANOID)
		buf_addf(why,
			"the kernel forbids it: %s is %s; 'sysctl kernel.perf_event_paranoid=%d' allows it",
			PARANOID, text, MOST_PARANOID);
	else
		buf_adds(why,
			"perf_event_open is forbidden, as containers often have it: allow it, or run outside");
	free(text);
}

static void perf_add_reason(int error, struct buf *why)
{
	if (error == EPERM || error == EACCES)
		add_forbidden(why);
	else if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		buf_adds(why,
			"the kernel has no counter of instructions here, as in most virtual machines");
	else
		buf_addf(why, "perf_event_open: %s", strerror(error));
}

int perf_open(struct buf *why)
{
	struct perf_event_attr wanted = { .type = PERF_TYPE_HARDWARE,
		.size = sizeof wanted,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.disabled = 1,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING };
	long counter = syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (counter < 0)
		perf_add_reason(errno, why);
	return (int)counter;
}

bool perf_samples(struct buf *why)
{
	struct perf_event_attr wanted = { .type = PERF_TYPE_SOFTWARE,
		.size = sizeof wanted,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 1000000,
		.sample_type = PERF_SAMPLE_IP,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1 };
	long counter = syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (counter < 0)
		perf_add_reason(errno, why);
	else
		close((int)counter);
	return counter >= 0;
}

void perf_begin(int counter)
{
	ioctl(counter, PERF_EVENT_IOC_RESET, 0);
	ioctl(counter, PERF_EVENT_IOC_ENABLE, 0);
}

bool perf_end(int counter, uint64_t *instructions)
{
	struct {
		uint64_t value, enabled, running;
	} said = { 0, 0, 0 };

	ioctl(counter, PERF_EVENT_IOC_DISABLE, 0);
	if (read(counter, &said, sizeof said) != (ssize_t)sizeof said)
		return false;
	*instructions = said.value;
	return said.value && said.running >= said.enabled;
}
#else
bool perf_samples(struct buf *why)
{
	buf_adds(why, "perf is of Linux only");
	return false;
}

int perf_open(struct buf *why)
{
	buf_adds(why, "instructions are counted by the kernel on Linux only");
	return -1;
}

void perf_begin(int counter)
{
	(void)counter;
}

bool perf_end(int counter, uint64_t *instructions)
{
	(void)counter;
	(void)instructions;
	return false;
}
#endif

bool perf_works(struct buf *why)
{
	int counter = perf_open(why);
	volatile uint64_t work = 0;
	uint64_t instructions = 0;
	bool works;

	if (counter < 0)
		return false;
	perf_begin(counter);
	for (int i = 0; i < 1000; i++)
		work = work + 1;
	works = perf_end(counter, &instructions);
	if (!works)
		buf_adds(why, "the kernel's counter of instructions does not count here");
	close(counter);
	return works;
}
