/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/checkout.h"

#include "base/array.h"
#include "base/sha256.h"
#include "base/str.h"
#include "suite/build_cache.h"
#include "suite/git.h"
#include "suite/layouts.h"
#include "suite/worktree.h"
#include "sys/clock.h"
#include "sys/environment.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/program.h"
#include "sys/scratch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TAIL_LINES 20
/* Of a build command in a line for people. */
#define SHOWN_COMMAND 120
#define MAX_SUITE_BYTES ((size_t)1 << 30)
#define MAX_DONE_BYTES ((size_t)1 << 20)

/* One request at work. */
struct job {
	const struct checkout_request *request;
	struct checkout *checkout;
	struct git_place place;
	struct build_cache_entry entry;
	char *cache;
	struct buf name;            /* of the revision, for people */
	struct buf cflags, ldflags; /* what its layout sets; "": it has none of its own */
};

static void checkout_tell(const struct job *job, const char *doing, const char *what)
{
	struct buf line = BUF_INIT;

	if (!job->request->tell)
		return;
	buf_addf(&line, "%s %s%s%.*s", doing, job->name.data, *what ? ": " : "", SHOWN_COMMAND,
		what);
	job->request->tell(line.data);
	buf_release(&line);
}

/* A line for each suite: the hash of its content, and its name. The first suite that is not there,
 * or NULL. */
static const char *list_hashes(const struct job *job, struct buf *out)
{
	const struct texts *suites = job->request->suites;
	const char *missing = NULL;

	for (size_t i = 0; suites && i < suites->nr && !missing; i++) {
		struct buf path = BUF_INIT, content = BUF_INIT;
		struct error ignored = ERROR_INIT;
		char hex[SHA256_HEX_MAX];

		buf_addf(&path, "%s/%s%s", job->entry.tree, job->place.prefix, suites->items[i]);
		if (folder_lacks(path.data) || folder_is(path.data)) {
			missing = suites->items[i];
		} else if (!file_read(path.data, MAX_SUITE_BYTES, &content, &ignored)) {
			sha256_hex(content.data, content.len, hex);
			buf_addf(out, "%s %s\n", hex, suites->items[i]);
		}
		buf_release(&content);
		buf_release(&path);
	}
	return missing;
}

/* Is all there, as it was built? */
static bool is_done(const struct job *job)
{
	struct buf said = BUF_INIT, found = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool done = folder_is(job->entry.tree) && !folder_lacks(job->entry.done) &&
		!file_read(job->entry.done, MAX_DONE_BYTES, &said, &ignored);

	if (done)
		done = !list_hashes(job, &found) && strcmp(said.data, found.data) == 0;
	buf_release(&found);
	buf_release(&said);
	return done;
}

static void keep_last_lines(struct buf *text)
{
	size_t at = text->len, nr = 0;

	while (at && (text->data[at - 1] != '\n' || at == text->len || ++nr < TAIL_LINES))
		at--;
	buf_drop(text, at);
}

struct words {
	const char **items;
	size_t nr, alloc;
};

/* What a make above us has in its environment is for its own children: the variables of its command
 * line may well name the folders of the user's checkout. */
static void unset_for_build(struct words *unset)
{
	static const char *const of_make[] = { "MAKELEVEL", "MAKEFLAGS", "MFLAGS",
		"MAKEOVERRIDES" };

	for (const char *const *name = git_variables; *name; name++)
		*ARRAY_ADD(unset) = *name;
	for (const char *const *name = environment_shared_folders; *name; name++)
		*ARRAY_ADD(unset) = *name;
	for (size_t i = 0; getenv("MAKELEVEL") && i < sizeof of_make / sizeof *of_make; i++)
		*ARRAY_ADD(unset) = of_make[i];
	*ARRAY_ADD(unset) = NULL;
}

static int build_failed(const struct job *job, const struct program *program,
	const struct program_end *end, struct error *err)
{
	struct buf how = BUF_INIT;

	program_end_spell(program, end, &how);
	error_set(err, ERR_MEASURE,
		"cannot build %s: '%.*s' %s%s; the end of what it printed is in %s", job->name.data,
		SHOWN_COMMAND, job->request->build, how.data,
		job->request->sandbox ? " in the sandbox, without network" : "", job->entry.log);
	buf_release(&how);
	return -1;
}

/* What a build finds in its environment. */
struct build_set {
	const char *items[5];
	size_t nr;
	struct buf tmpdir, caches;
};

/* A build in the sandbox writes into its copy of the files and into a scratch folder; where
 * compilers keep caches of their own cannot be written to. */
static int enter_sandbox(const struct job *job, struct scratch *scratch, struct build_set *set,
	struct program *program, struct error *err)
{
	if (scratch_make(scratch, err))
		return -1;
	buf_addf(&set->tmpdir, "TMPDIR=%s", scratch->path);
	buf_addf(&set->caches, "XDG_CACHE_HOME=%s", scratch->path);
	set->items[set->nr++] = set->tmpdir.data;
	set->items[set->nr++] = set->caches.data;
	program->place =
		(struct sandbox_place){ job->request->sandbox, { job->entry.tree, scratch->path } };
	return 0;
}

static int run_build_in(const struct job *job, const char *folder, struct error *err)
{
	const char *argv[] = { "/bin/sh", "-c", job->request->build, NULL };
	struct build_set set = { { NULL }, 0, BUF_INIT, BUF_INIT };
	struct words unset = { 0 };
	struct program program = { .argv = argv,
		.folder = folder,
		.set = set.items,
		.log = job->entry.log,
		.timeout_ns = job->request->timeout_ns };
	struct scratch scratch = SCRATCH_INIT;
	struct program_end end;
	int rc = 0;

	unset_for_build(&unset);
	program.unset = unset.items;
	if (job->request->layout) {
		set.items[set.nr++] = job->cflags.data;
		set.items[set.nr++] = job->ldflags.data;
	}
	if (job->request->sandbox)
		rc = enter_sandbox(job, &scratch, &set, &program, err);
	if (!rc)
		rc = program_run(&program, &job->checkout->tail, NULL, &end, err);
	if (!rc && !program_is_fine(&end))
		rc = build_failed(job, &program, &end, err);
	scratch_remove(&scratch);
	buf_release(&set.tmpdir);
	buf_release(&set.caches);
	ARRAY_RELEASE(&unset);
	return rc;
}

static int run_build(const struct job *job, struct error *err)
{
	struct buf folder = BUF_INIT;
	int rc;

	buf_addf(&folder, "%s/%s", job->entry.tree, job->place.prefix);
	if (folder_is(folder.data))
		rc = run_build_in(job, folder.data, err);
	else
		rc = error_set(err, ERR_MEASURE, "cannot build %s: it has no folder '%s'",
			job->name.data, job->place.prefix);
	buf_release(&folder);
	return rc;
}

static int lacks_suite(const struct job *job, const char *suite, struct error *err)
{
	job->checkout->lacks_suite = true;
	return error_set(err, ERR_MEASURE,
		"%s builds, but has no %s; what the build printed is in %s", job->name.data, suite,
		job->entry.log);
}

/* The last step: from here on the entry is there for everybody. A build without a suite is not
 * kept: what went wrong may have been a moment's trouble. */
static int mark_done(const struct job *job, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf content = BUF_INIT;
	const char *missing = list_hashes(job, &content);
	int rc;

	if (missing)
		rc = lacks_suite(job, missing, err);
	else
		rc = file_new_open(&file, job->entry.done, err) ||
			file_new_commit(&file, &content, err);
	buf_release(&content);
	return rc ? -1 : 0;
}

static int check_out(const struct job *job, struct error *err)
{
	const struct worktree worktree = { .folder = job->place.top,
		.path = job->entry.tree,
		.log = job->entry.log,
		.timeout_ns = job->request->timeout_ns };

	if (worktree_add(&worktree, job->request->revision, &job->checkout->tail, err))
		return error_wrap(err, "cannot check out %s", job->name.data);
	return 0;
}

static int make_entry(const struct job *job, struct error *err)
{
	struct checkout *checkout = job->checkout;

	checkout->log = str_dup(job->entry.log);
	checkout_tell(job, job->request->build ? "building" : "checking out",
		job->request->build ? job->request->build : "");
	if (check_out(job, err))
		return -1;
	buf_clear(&checkout->tail);
	if ((job->request->build && run_build(job, err)) ||
		worktree_forget(job->place.common, job->entry.tree, err))
		return -1;
	buf_clear(&checkout->tail);
	return mark_done(job, err);
}

/* What a build that was killed, or that failed, has left: the mark goes first. */
static int clear_entry(const struct job *job, struct error *err)
{
	if (folder_remove(job->entry.done, err) ||
		worktree_forget(job->place.common, job->entry.tree, err))
		return -1;
	return folder_remove(job->entry.folder, err);
}

static int build_entry(const struct job *job, struct error *err)
{
	struct error ignored = ERROR_INIT;
	int rc;

	if (clear_entry(job, err) || folder_remove(job->entry.log, err) ||
		folder_make(job->entry.folder, err))
		return -1;
	rc = make_entry(job, err);
	if (rc) {
		/* What has left the group of the build must not write to what we remove. */
		process_sweep();
		keep_last_lines(&job->checkout->tail);
		clear_entry(job, &ignored);
	}
	return rc;
}

static int checkout_take_lock(
	const struct job *job, enum lock_kind kind, struct lock *lock, struct error *err)
{
	uint64_t patience_ns = job->request->timeout_ns ? job->request->timeout_ns : UINT64_MAX;

	if (lock_try(lock, job->entry.lock, kind, err))
		return -1;
	if (lock->fd >= 0)
		return 0;
	checkout_tell(job, "waiting for another benchgate that builds", "");
	return lock_wait(lock, job->entry.lock, kind, patience_ns, err);
}

/* With the lock alone, unless somebody else has done it by then. */
static int build_alone(const struct job *job, struct error *err)
{
	struct lock lock;
	int rc;

	if (checkout_take_lock(job, LOCK_ALONE, &lock, err))
		return -1;
	lock_touch(&lock);
	rc = is_done(job) ? 0 : build_entry(job, err);
	lock_release(&lock);
	return rc;
}

/* Between building an entry and sharing it somebody may remove it, so it is looked at again. */
static int use_entry(const struct job *job, struct error *err)
{
	struct checkout *checkout = job->checkout;

	checkout->was_there = true;
	for (;;) {
		if (checkout_take_lock(job, LOCK_SHARED, &checkout->lock, err))
			return -1;
		if (is_done(job))
			break;
		lock_release(&checkout->lock);
		checkout->was_there = false;
		if (build_alone(job, err))
			return -1;
	}
	lock_touch(&checkout->lock);
	return 0;
}

static int checkout_finish(const struct job *job)
{
	struct checkout *checkout = job->checkout;
	struct buf folder = BUF_INIT;

	buf_addf(&folder, "%s/%s", job->entry.tree, job->place.prefix);
	if (folder.data[folder.len - 1] == '/')
		folder.data[--folder.len] = '\0';
	checkout->folder = buf_detach(&folder);
	if (!checkout->log)
		checkout->log = str_dup(job->entry.log);
	if (!checkout->was_there)
		build_cache_prune(job->cache);
	return 0;
}

static void checkout_choose_layout(struct job *job)
{
	layouts_variables(job->request->layout, &job->cflags, &job->ldflags);
	buf_addf(&job->name, " in layout %" PRIu64, job->request->layout);
}

/* What its layout sets is a part of the command. */
static void find_entry(struct job *job)
{
	struct buf command = BUF_INIT;

	if (job->request->layout)
		buf_addf(&command, "%s %s ", job->cflags.data, job->ldflags.data);
	if (job->request->build)
		buf_adds(&command, job->request->build);
	build_cache_find(
		job->cache, &job->place, job->request->revision->tree, command.data, &job->entry);
	buf_release(&command);
}

int checkout_build(
	const struct checkout_request *request, struct checkout *checkout, struct error *err)
{
	struct job job = { .request = request,
		.checkout = checkout,
		.place = GIT_PLACE_INIT,
		.entry = BUILD_CACHE_ENTRY_INIT,
		.name = BUF_INIT,
		.cflags = BUF_INIT,
		.ldflags = BUF_INIT };
	int rc = -1;

	revision_spell(request->revision, &job.name);
	if (request->layout)
		checkout_choose_layout(&job);
	job.cache = build_cache_open(request->cache, err);
	if (!job.cache || git_place_find(request->folder, &job.place, err))
		goto out;
	find_entry(&job);
	rc = use_entry(&job, err) || checkout_finish(&job) ? -1 : 0;
out:
	build_cache_entry_release(&job.entry);
	git_place_release(&job.place);
	buf_release(&job.name);
	buf_release(&job.cflags);
	buf_release(&job.ldflags);
	free(job.cache);
	return rc;
}

void checkout_release(struct checkout *checkout)
{
	lock_release(&checkout->lock);
	buf_release(&checkout->tail);
	free(checkout->folder);
	free(checkout->log);
	*checkout = (struct checkout)CHECKOUT_INIT;
}
