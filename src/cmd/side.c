/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/side.h"

#include "base/str.h"
#include "cmd/baselines.h"
#include "store/shelf.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <string.h>

/* More than any suite has. */
#define MAX_SUITE_BYTES ((size_t)1 << 30)

static void add_source(struct side *side, const char *path)
{
	texts_add(&side->sources, path);
}

static int read_run(struct side *side, const char *path, struct error *err)
{
	bool is_result;

	return baselines_read(path, &side->run, &is_result, err);
}

static int take_file(struct side *side, struct error *err)
{
	const char *machine = "";
	struct error ignored = ERROR_INIT;

	side->label = str_dup(side->said);
	if (file_program(side->said, &machine, &ignored) == FILE_PROGRAM_NONE)
		return read_run(side, side->said, err);
	add_source(side, side->said);
	return 0;
}

static int list_benchmarks(struct side *side, struct error *err)
{
	for (size_t i = 0; i < side->sources.nr; i++)
		if (catalog_add(&side->catalog, side->sources.items[i], err))
			return -1;
	return 0;
}

int side_find(struct side *side, const struct side_options *options, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	(void)options;
	if (side->said && !folder_lacks(side->said))
		rc = take_file(side, err);
	else
		rc = error_set(err, ERR_USAGE, "there is no '%s'", side->said ? side->said : "");
	if (!rc)
		rc = list_benchmarks(side, err);
	buf_release(&path);
	return rc;
}

void side_release(struct side *side)
{
	texts_release(&side->sources);
	catalog_release(&side->catalog);
	run_release(&side->run);
	free(side->label);
}

bool side_can_be_measured(const struct side *side)
{
	return side->sources.nr > 0;
}

static bool is_same_file(const char *one, const char *other)
{
	struct buf texts[2] = { BUF_INIT, BUF_INIT };
	struct error ignored = ERROR_INIT;
	bool same = !file_read(one, MAX_SUITE_BYTES, &texts[0], &ignored) &&
		!file_read(other, MAX_SUITE_BYTES, &texts[1], &ignored) &&
		texts[0].len == texts[1].len &&
		memcmp(texts[0].data, texts[1].data, texts[0].len) == 0;

	buf_release(&texts[0]);
	buf_release(&texts[1]);
	return same;
}

static bool is_source(const struct side *side, const char *library, size_t len)
{
	for (size_t i = 0; i < side->sources.nr; i++) {
		const char *name = str_path_name(side->sources.items[i]);

		if (strlen(name) == len && strncmp(name, library, len) == 0)
			return true;
	}
	return false;
}

/* Those that the suites bring, but for the suites themselves; false when one cannot be told from
 * others of its name. */
static bool libraries_of(const struct side *side, struct texts *libraries)
{
	const char *at = side->catalog.libraries;

	while (at && *at) {
		size_t len = strcspn(at, ","), name_len = strcspn(at, " ");

		if (!is_source(side, at, name_len)) {
			char *library = mem_copy(at, len);

			texts_add(libraries, library);
			free(library);
			if (name_len + 1 >= len)
				return false;
		}
		at += len;
		at += strspn(at, ", ");
	}
	texts_sort(libraries);
	return true;
}

static bool has_same_libraries(const struct side *one, const struct side *other)
{
	struct texts libraries[2] = { { 0 }, { 0 } };
	bool same = libraries_of(one, &libraries[0]) && libraries_of(other, &libraries[1]) &&
		libraries[0].nr == libraries[1].nr;

	for (size_t i = 0; same && i < libraries[0].nr; i++)
		same = strcmp(libraries[0].items[i], libraries[1].items[i]) == 0;
	texts_release(&libraries[0]);
	texts_release(&libraries[1]);
	return same;
}

bool side_is_same(const struct side *one, const struct side *other)
{
	if (one->sources.nr != other->sources.nr)
		return false;
	for (size_t i = 0; i < one->sources.nr; i++)
		if (!is_same_file(one->sources.items[i], other->sources.items[i]))
			return false;
	return has_same_libraries(one, other);
}
