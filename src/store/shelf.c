/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/shelf.h"

#include "base/str.h"
#include "store/baseline.h"
#include "sys/folder.h"

#include <string.h>

void shelf_path(const char *folder, const struct env *env, struct buf *out)
{
	buf_addf(out, "%s/", folder);
	baseline_file_name(env, out);
}

const char *shelf_name(const char *said)
{
	return str_starts(said, SHELF_BASELINE) ? said + strlen(SHELF_BASELINE) : said;
}

static bool is_path(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strchr(name, '/') || (dot && strcmp(dot, ".json") == 0);
}

int shelf_named_path(const char *folder, const char *name, struct buf *out, struct error *err)
{
	name = shelf_name(name);
	if (!*name)
		return error_set(err, ERR_USAGE, "the name of a baseline is empty");
	if (str_has_control(name))
		return error_set(err, ERR_USAGE,
			"the name of a baseline holds a control character; take letters and digits");
	if (is_path(name)) {
		buf_adds(out, name);
		return 0;
	}
	if (*name == '.')
		return error_set(err, ERR_USAGE,
			"'%s' cannot be the name of a baseline: it starts with a dot", name);
	buf_addf(out, "%s/named/%s.json", folder, name);
	return 0;
}

int shelf_others(const char *folder, const struct env *env, struct texts *names, struct error *err)
{
	struct texts all = { 0 };
	struct buf own = BUF_INIT;
	int rc = folder_list(folder, ".json", &all, err);

	baseline_file_name(env, &own);
	for (size_t i = 0; i < all.nr; i++)
		if (strcmp(all.items[i], own.data) != 0 &&
			strcmp(all.items[i], SHELF_ACCEPTED) != 0)
			texts_add(names, all.items[i]);
	buf_release(&own);
	texts_release(&all);
	return rc;
}
