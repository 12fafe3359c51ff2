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

static const struct file_settings *settings_of(const struct outlet *outlet)
{
	return (const struct file_settings *)(const void *)outlet->terms;
}

static int check(const struct outlet *outlet, const char *place, struct error *err)
{
	if (settings_of(outlet)->path)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s has no path; it must have one, such as \"path\": \"alerts.log\"", place);
}

static bool compose(const struct outlet *outlet, const struct content *content, struct json *body)
{
	(void)outlet;
	content_write(content, body);
	return true;
}

static void show(const struct outlet *outlet, const struct json *body, struct buf *out)
{
	buf_addf(out, "append to %s:\n", settings_of(outlet)->path);
	json_print(body, out);
}

static int put(const struct outlet *outlet, const struct json *body, struct error *err)
{
	const char *path = settings_of(outlet)->path;
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
	.check = check,
	.compose = compose,
	.show = show,
	.put = put,
};
