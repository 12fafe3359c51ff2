/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Revisions of a test's repository, built or not, in the cache of its home. test.h goes before.
 */
#ifndef SUPPORT_CHECKOUTS_H
#define SUPPORT_CHECKOUTS_H

#include "suite/checkout.h"
#include "sys/clock.h"

#include "support/repository.h"

#define PATIENCE_NS (120 * (uint64_t)CLOCK_NS_PER_S)

/* Counts builds in a file outside of what is built. */
#define COUNT "echo once >>\"$HOME/count\"; "

static char told[4][256];
static unsigned nr_told;

static inline void tell(const char *line)
{
	snprintf(told[nr_told++ % 4], sizeof told[0], "%s", line);
}

/* A revision built, or not. */
struct attempt {
	struct revision revision;
	struct checkout checkout;
	struct error err;
	int rc;
};

static inline struct attempt attempt_in(const char *folder, const char *name, const char *build)
{
	struct attempt attempt = { REVISION_INIT, CHECKOUT_INIT, ERROR_INIT, -1 };
	struct checkout_request request = { .folder = inside(folder),
		.revision = &attempt.revision,
		.build = build,
		.timeout_ns = PATIENCE_NS,
		.tell = tell };

	nr_told = 0;
	if (revision_resolve(inside(folder), name, &attempt.revision, &attempt.err))
		fail_msg("%s", attempt.err.text);
	attempt.rc = checkout_build(&request, &attempt.checkout, &attempt.err);
	return attempt;
}

static inline struct attempt attempt_to(const char *name, const char *build)
{
	return attempt_in(REPOSITORY, name, build);
}

static inline void done_with(struct attempt *attempt)
{
	checkout_release(&attempt->checkout);
	revision_release(&attempt->revision);
}

static inline struct attempt build_in(const char *folder, const char *name, const char *build)
{
	struct attempt attempt = attempt_in(folder, name, build);

	if (attempt.rc)
		fail_msg("%s\n%s", attempt.err.text, attempt.checkout.tail.data);
	return attempt;
}

static inline struct attempt build(const char *name, const char *command)
{
	return build_in(REPOSITORY, name, command);
}

static inline void assert_said(const char *script, const char *expected)
{
	char *answer = said(script);

	assert_string_equal(answer, expected);
	free(answer);
}

static inline void assert_in_file(
	const struct attempt *attempt, const char *name, const char *expected)
{
	struct buf script = BUF_INIT;

	buf_addf(&script, "cat '%s/%s'", attempt->checkout.folder, name);
	assert_said(script.data, expected);
	buf_release(&script);
}

/* How many builds there were. */
static inline void assert_built(const char *times)
{
	assert_said("cat home/count 2>/dev/null | wc -l", times);
}

/* Nothing but logs and locks. */
static inline void assert_no_entries(void)
{
	assert_said("find home/.cache/benchgate -mindepth 1 -maxdepth 1 -type d", "");
}

#endif
