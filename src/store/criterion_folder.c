/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/criterion_folder.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/texts.h"
#include "store/import/import.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 8 /* group, function, parameter, and some folders above them */
#define MAX_BYTES (64u << 20)

/* What criterion keeps of a measurement; samples before what was made of them. */
static const char *const files[] = { "sample.json", "raw.csv", "estimates.json" };
/* The last measurement, and what --save-baseline keeps. */
static const char *const occasions[] = { "new", "base" };

#define NR(array) (sizeof(array) / sizeof *(array))

/* Appends the path of the file that holds the measurement; false: this is no benchmark's folder. */
static bool find_measurement(const char *folder, struct buf *path)
{
	for (size_t i = 0; i < NR(occasions); i++)
		for (size_t j = 0; j < NR(files); j++) {
			buf_clear(path);
			buf_addf(path, "%s/%s/%s", folder, occasions[i], files[j]);
			if (file_is_there(path->data))
				return true;
		}
	return false;
}

/* Adds the folders of benchmarks in this one. A folder that cannot be listed has none. */
static void find_benchmarks(const char *folder, int depth, struct texts *found)
{
	struct texts names = { 0 };
	struct buf path = BUF_INIT;
	struct error ignored = ERROR_INIT;

	if (find_measurement(folder, &path))
		texts_add(found, folder);
	if (depth < MAX_DEPTH && !folder_list_folders(folder, &names, &ignored))
		for (size_t i = 0; i < names.nr; i++) {
			buf_clear(&path);
			buf_addf(&path, "%s/%s", folder, names.items[i]);
			find_benchmarks(path.data, depth + 1, found);
		}
	texts_release(&names);
	buf_release(&path);
}

bool criterion_folder_is(const char *folder)
{
	struct texts found = { 0 };
	bool is;

	find_benchmarks(folder, 0, &found);
	is = found.nr != 0;
	texts_release(&found);
	return is;
}

/* What benchmark.json beside the measurement says; else its folder from the root on. */
static void find_full_id(const char *root, const char *folder, const char *path, struct buf *name)
{
	struct buf description = BUF_INIT, text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	struct json *json = NULL;
	const struct json *id;

	buf_add(&description, path, (size_t)(strrchr(path, '/') - path));
	buf_adds(&description, "/benchmark.json");
	if (!file_read(description.data, MAX_BYTES, &text, &ignored))
		json = json_parse(text.data, text.len, &ignored);
	id = json ? json_get(json, "full_id") : NULL;
	if (id && json_type(id) == JSON_TEXT)
		buf_adds(name, json_text(id));
	else
		buf_adds(name, folder + strlen(root) + (folder[strlen(root)] == '/'));
	json_free(json);
	buf_release(&text);
	buf_release(&description);
}

static int read_measurement(
	const char *root, const char *folder, struct run *run, struct error *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT, name = BUF_INIT;
	struct run more = RUN_INIT;
	int rc;

	find_measurement(folder, &path);
	find_full_id(root, folder, path.data, &name);
	rc = file_read(path.data, MAX_BYTES, &text, err);
	if (!rc) {
		struct import_input input = {
			.path = path.data, .name = name.data, .text = text.data, .len = text.len
		};

		rc = import_read(&input, &more, err);
		if (!rc)
			rc = import_join(run, &more, err);
		if (rc)
			error_wrap(err, "%s", path.data);
	}
	if (!rc && !*run->timestamp)
		file_timestamp(path.data, run->timestamp);
	run_release(&more);
	buf_release(&name);
	buf_release(&text);
	buf_release(&path);
	return rc;
}

int criterion_folder_read(const char *folder, struct run *run, struct error *err)
{
	struct texts found = { 0 };
	int rc = 0;

	find_benchmarks(folder, 0, &found);
	for (size_t i = 0; i < found.nr && !rc; i++)
		rc = read_measurement(folder, found.items[i], run, err);
	texts_release(&found);
	return rc;
}
