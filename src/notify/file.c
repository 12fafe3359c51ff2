/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of JSON for each message, at the end of a file: for whatever reads a log. */
#include "notify/notifier.h"

#include "sys/file.h"
#include "sys/folder.h"

struct file_settings {
	struct outlet_terms terms;
	char *path;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct file_settings),
	POLICY_KEY_TEXT("path", struct file_settings, path),
	POLICY_KEY_END,
};

static const struct file_settings *file_settings_of(const struct outlet *outlet)
{
	return (const struct file_settings *)(const void *)outlet->terms;
}

static int file_check(const struct outlet *outlet, const char *place, struct error *err)
{
	if (file_settings_of(outlet)->path)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s has no path; it must have one, such as \"path\": \"alerts.log\"", place);
}

static bool file_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	(void)outlet;
	content_write(content, body);
	return true;
}

static void file_show(const struct outlet *outlet, const struct json *body, struct buf *out)
{
	buf_addf(out, "append to %s:\n", file_settings_of(outlet)->path);
	json_print(body, out);
}

static int file_put(const struct outlet *outlet, const struct json *body, struct error *err)
{
	const char *path = file_settings_of(outlet)->path;
	struct buf line = BUF_INIT;
	int rc;

	json_print_line(body, &line);
	rc = folder_make_parents(path, err) || file_append_line(path, &line, err) ? -1 : 0;
	buf_release(&line);
	return rc;
}

const struct notifier file_notifier = {
	.type = "file",
	.what = "a line of JSON at the end of a file",
	.keys = keys,
	.size = sizeof(struct file_settings),
	.check = file_check,
	.compose = file_compose,
	.show = file_show,
	.put = file_put,
};
