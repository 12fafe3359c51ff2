/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/build_cache.h"

#include "sys/process.h"

#include "support/checkouts.h"

TEST_WITH(another_command_compiler_or_tree_is_another_build, open_repository, close_playground)
{
	struct attempt attempts[4];

	attempts[0] = build("main", COUNT);
	attempts[1] = build("main", COUNT "true");
	setenv("CFLAGS", "-O3", 1);
	attempts[2] = build("main", COUNT);
	unsetenv("CFLAGS");
	attempts[3] = build("v1", COUNT);
	assert_built("4");
	for (int i = 0; i < 4; i++) {
		assert_false(attempts[i].checkout.was_there);
		done_with(&attempts[i]);
	}
}

/* Where the base was built by last month's compiler, it would be compared with the head all the
 * same. */
TEST_WITH(a_compiler_that_was_replaced_is_another_build, open_repository, close_playground)
{
	struct attempt attempts[3];

	sh("printf '#!/bin/sh\\n' >compiler && chmod +x compiler");
	setenv("CC", inside("compiler"), 1);
	attempts[0] = build("main", COUNT);
	attempts[1] = build("main", COUNT);
	sh("printf '# newer\\n' >>compiler");
	attempts[2] = build("main", COUNT);
	unsetenv("CC");
	assert_true(attempts[1].checkout.was_there);
	assert_false(attempts[2].checkout.was_there);
	assert_built("2");
	for (int i = 0; i < 3; i++)
		done_with(&attempts[i]);
}

TEST_WITH(what_nobody_uses_is_removed_when_it_is_old, open_repository, close_playground)
{
	struct attempt used = build("v1", "true"), old = build("main", "true"), next;

	done_with(&old);
	sh("touch -d '31 days ago' home/.cache/benchgate/*.lock");
	next = build("v1", "true; true");
	assert_said("ls -d home/.cache/benchgate/*/ | wc -l; ls home/.cache/benchgate/*.l* | wc -l",
		"2\n4");
	assert_int_equal(access(used.checkout.folder, F_OK), 0);
	done_with(&used);
	done_with(&next);
}

TEST_WITH(of_many_the_newest_are_kept, open_repository, close_playground)
{
	struct attempt attempt;

	for (int i = 0; i < 22; i++) {
		char command[32];

		snprintf(command, sizeof command, "echo %d >built", i);
		attempt = build("main", command);
		done_with(&attempt);
	}
	assert_said("ls -d home/.cache/benchgate/*/ | wc -l", "20");
	assert_said("cat home/.cache/benchgate/*/*/built | sort -n | head -n 1", "2");
	/* What is used stays. */
	attempt = build("main", "echo 2 >built");
	assert_true(attempt.checkout.was_there);
	done_with(&attempt);
}

TEST_WITH(the_cache_is_where_it_is_asked_for, open_repository, close_playground)
{
	struct attempt attempt;
	struct error err = ERROR_INIT;
	struct checkout checkout = CHECKOUT_INIT;
	struct checkout_request request = { .folder = inside(REPOSITORY), .build = "true" };

	setenv("XDG_CACHE_HOME", inside("xdg cache"), 1);
	attempt = build("main", "true");
	assert_non_null(strstr(attempt.checkout.folder, "/xdg cache/benchgate/my_project-"));
	request.revision = &attempt.revision;
	request.folder = inside(REPOSITORY);
	request.cache = inside(REPOSITORY "/cache");
	if (checkout_build(&request, &checkout, &err))
		fail_msg("%s", err.text);
	assert_non_null(strstr(checkout.folder, "/cache/my_project-"));
	/* Also in the repository git does not see it. */
	assert_said("cd '" REPOSITORY "' && git status --porcelain", "");
	checkout_release(&checkout);
	setenv("XDG_CACHE_HOME", "", 1);
	unsetenv("HOME");
	request.cache = NULL;
	assert_int_equal(checkout_build(&request, &checkout, &err), -1);
	assert_non_null(strstr(err.text, "neither XDG_CACHE_HOME nor HOME is set"));
	write_file("file", "", 0);
	request.cache = inside("file");
	assert_int_equal(checkout_build(&request, &checkout, &err), -1);
	assert_non_null(strstr(err.text, "cannot make the folder"));
	unsetenv("XDG_CACHE_HOME");
	checkout_release(&checkout);
	done_with(&attempt);
}

/* Root may do anything, so it is somebody else for a moment. */
TEST_WITH(a_cache_that_we_may_not_write_is_an_error, open_repository, close_playground)
{
	struct attempt attempt = build("main", "true");
	struct error err = ERROR_INIT;
	struct checkout checkout = CHECKOUT_INIT;
	struct checkout_request request = { .folder = inside(REPOSITORY),
		.revision = &attempt.revision,
		.build = "true",
		.cache = inside("closed") };
	uid_t us = geteuid();
	int rc;

	sh("mkdir closed && chmod 555 closed && chmod 755 .");
	assert_int_equal(us ? 0 : seteuid(65534), 0);
	rc = checkout_build(&request, &checkout, &err);
	assert_int_equal(us ? 0 : seteuid(us), 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "Permission denied"));
	checkout_release(&checkout);
	done_with(&attempt);
}

TEST_START
{
	process_setup();
}
