/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/build_cache.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/cpu.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Changed when an entry is laid out in another way. */
#define LAYOUT "1"
#define MAX_NAME 64
#define S_PER_DAY 86400.0

static void add_default(struct buf *path)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* Its specification says that a relative one is as good as none. */
	if (cache && *cache == '/')
		buf_addf(path, "%s/benchgate", cache);
	else if (home && *home == '/')
		buf_addf(path, "%s/.cache/benchgate", home);
}

char *build_cache_open(const char *asked, struct error *err)
{
	struct buf path = BUF_INIT;
	char *cache = NULL;

	if (asked)
		buf_adds(&path, asked);
	else
		add_default(&path);
	if (!path.len)
		error_set(err, ERR_USAGE,
			"no folder to build revisions in: neither XDG_CACHE_HOME nor HOME is set; name one");
	else if (!folder_make_hidden(path.data, err))
		cache = folder_real(path.data, err);
	buf_release(&path);
	return cache;
}

/* What a name for a folder has no trouble with: make knows no way to write a space. */
static bool is_harmless(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '.' || c == '_' || c == '-';
}

static void build_cache_add_name(const char *top, struct buf *out)
{
	const char *name = str_path_name(top);

	for (size_t i = 0; i < MAX_NAME && name[i]; i++)
		buf_addc(out, is_harmless(name[i]) && (i || name[i] != '.') ? name[i] : '_');
	if (!*name)
		buf_adds(out, "project");
}

static uint64_t add_to_hash(uint64_t hash, const char *name)
{
	const char *value = getenv(name);

	return str_hash(str_hash(hash, name), value ? value : "");
}

/* The compiler that a variable names, without the options behind it. */
static void stamp_named_by(const char *variable, struct buf *out)
{
	const char *value = getenv(variable);
	char *name = value ? mem_copy(value, strcspn(value, " \t")) : NULL;

	if (name && *name)
		program_stamp(name, out);
	free(name);
}

/* What was built by another compiler than the head will be is no base to compare with. */
static uint64_t hash_of_compilers(uint64_t hash)
{
	static const char *const variables[] = { "CC", "CFLAGS", "CPPFLAGS", "CXX", "CXXFLAGS",
		"LDFLAGS", "LDLIBS", "RUSTFLAGS", "GOFLAGS" };
	static const char *const compilers[] = { "cc", "gcc", "clang", "c++", "rustc", "go" };
	struct buf stamps = BUF_INIT;

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		hash = add_to_hash(hash, variables[i]);
	stamp_named_by("CC", &stamps);
	stamp_named_by("CXX", &stamps);
	for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++)
		program_stamp(compilers[i], &stamps);
	hash = str_hash(hash, stamps.data);
	buf_release(&stamps);
	return hash;
}

/* A cache may be shared by machines, and -march=native means something else on each. */
static uint64_t hash_of_processor(uint64_t hash)
{
	char *texts[] = { cpu_os(), cpu_arch(), cpu_model() };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		hash = str_hash(hash, texts[i] ? texts[i] : "");
		free(texts[i]);
	}
	return hash;
}

static char *build_cache_path_of(const char *start, const char *separator, const char *end)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s%s%s", start, separator, end);
	return buf_detach(&path);
}

static void build_cache_entry_of(
	const char *folder, const char *name, struct build_cache_entry *entry)
{
	*entry = (struct build_cache_entry){
		.folder = str_dup(folder),
		.tree = build_cache_path_of(folder, "/", name),
		.done = build_cache_path_of(folder, "/", ".done"),
		.log = build_cache_path_of(folder, ".", "log"),
		.lock = build_cache_path_of(folder, ".", "lock"),
	};
}

void build_cache_find(const char *cache, const struct git_place *place, const char *tree,
	const char *build, struct build_cache_entry *entry)
{
	struct buf name = BUF_INIT, folder = BUF_INIT;
	uint64_t hash = str_hash(STR_HASH_START, LAYOUT);

	hash = str_hash(str_hash(hash, build), place->prefix);
	hash = hash_of_processor(hash_of_compilers(hash));
	build_cache_add_name(place->top, &name);
	buf_addf(&folder, "%s/%s-%s-%016" PRIx64, cache, name.data, tree, hash);
	build_cache_entry_of(folder.data, name.data, entry);
	buf_release(&folder);
	buf_release(&name);
}

void build_cache_entry_release(struct build_cache_entry *entry)
{
	free(entry->folder);
	free(entry->tree);
	free(entry->done);
	free(entry->log);
	free(entry->lock);
	*entry = (struct build_cache_entry)BUILD_CACHE_ENTRY_INIT;
}

/* First the mark, so that half an entry is never taken for a whole one. */
static void remove_entry(const char *folder)
{
	struct build_cache_entry entry;
	struct lock lock = LOCK_INIT;
	struct error ignored = ERROR_INIT;

	build_cache_entry_of(folder, "", &entry);
	if (!lock_try(&lock, entry.lock, LOCK_ALONE, &ignored) && lock.fd >= 0 &&
		!folder_remove(entry.done, &ignored) && !folder_remove(entry.folder, &ignored) &&
		!folder_remove(entry.log, &ignored))
		lock_remove(&lock);
	lock_release(&lock);
	build_cache_entry_release(&entry);
}

struct aged {
	char *folder;
	double age_s;
};

struct ages {
	struct aged *items;
	size_t nr, alloc;
};

static int by_age(const void *a, const void *b)
{
	double one = ((const struct aged *)a)->age_s, other = ((const struct aged *)b)->age_s;

	return (one > other) - (one < other);
}

void build_cache_prune(const char *cache)
{
	struct texts locks = { 0 };
	struct ages ages = { 0 };
	struct error ignored = ERROR_INIT;

	folder_list(cache, ".lock", &locks, &ignored);
	for (size_t i = 0; i < locks.nr; i++) {
		char *path = build_cache_path_of(cache, "/", locks.items[i]);
		double age_s = lock_age_s(path);

		path[strlen(path) - strlen(".lock")] = '\0';
		*ARRAY_ADD(&ages) = (struct aged){ path, age_s };
	}
	if (ages.nr)
		qsort(ages.items, ages.nr, sizeof *ages.items, by_age);
	for (size_t i = 0; i < ages.nr; i++) {
		if (i >= BUILD_CACHE_MAX_ENTRIES ||
			ages.items[i].age_s > BUILD_CACHE_MAX_DAYS * S_PER_DAY)
			remove_entry(ages.items[i].folder);
		free(ages.items[i].folder);
	}
	ARRAY_RELEASE(&ages);
	texts_release(&locks);
}
