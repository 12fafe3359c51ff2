/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/transfer.h"

#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "store/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of who we are; borrowed from the secrets. */
struct identity {
	const char *key, *secret, *token;
};

static const struct identity_row {
	const char *variable, *name; /* in the environment, and in a file */
	size_t offset;
} rows[] = {
	{ "AWS_ACCESS_KEY_ID", "aws_access_key_id", FIELD_AT(struct identity, key, const char *) },
	{ "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key",
		FIELD_AT(struct identity, secret, const char *) },
	{ "AWS_SESSION_TOKEN", "aws_session_token",
		FIELD_AT(struct identity, token, const char *) },
};

#define NR_ROWS (sizeof rows / sizeof *rows)

static const char **transfer_field_of(struct identity *identity, const struct identity_row *row)
{
	return (const char **)(void *)((char *)identity + row->offset);
}

static int find_in_environment(
	struct secrets *secrets, struct identity *identity, struct error *err)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		struct secret_place place = { .env = (char *)rows[i].variable };
		const char *value = getenv(rows[i].variable);

		if (!value || !*value)
			continue;
		*transfer_field_of(identity, &rows[i]) = secrets_get(secrets, &place, err);
		if (!*transfer_field_of(identity, &rows[i]))
			return -1;
	}
	if (identity->key && identity->secret)
		return 0;
	return error_set(err, ERR_USAGE,
		"there is no %s in the environment; set %s and %s, or name a file with --credentials",
		identity->key ? rows[1].variable : rows[0].variable, rows[0].variable,
		rows[1].variable);
}

static const char *transfer_keep(struct secrets *secrets, const char *value, size_t len)
{
	char *copy = mem_copy(value, len);
	const char *kept = secrets_add(secrets, copy);

	explicit_bzero(copy, len);
	free(copy);
	return kept;
}

/* "name = value"; of a line that is something else, nothing. */
static void transfer_read_line(
	struct secrets *secrets, const char *line, size_t len, struct identity *identity)
{
	const char *end = line + len, *value = memchr(line, '=', len);

	line += strspn(line, " \t");
	if (!value)
		return;
	value += 1 + strspn(value + 1, " \t");
	while (end > value && strchr(" \t\r", end[-1]))
		end--;
	for (size_t i = 0; i < NR_ROWS; i++)
		if (str_starts(line, rows[i].name) && strchr(" \t=", line[strlen(rows[i].name)]) &&
			end > value)
			*transfer_field_of(identity, &rows[i]) =
				transfer_keep(secrets, value, (size_t)(end - value));
}

/* The default section, or what stands before any. */
static void read_lines(struct secrets *secrets, const char *text, struct identity *identity)
{
	bool is_ours = true;

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (*text == '[')
			is_ours = str_starts(text, "[default]");
		else if (is_ours)
			transfer_read_line(secrets, text, len, identity);
		text += len + (text[len] == '\n');
	}
}

static int find_in_file(
	struct secrets *secrets, const char *path, struct identity *identity, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = secrets_read_file(path, &text, err);

	if (!rc)
		read_lines(secrets, text.data, identity);
	explicit_bzero(text.data, text.len);
	buf_release(&text);
	if (rc)
		return rc;
	if (identity->key && identity->secret)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s has no %s; it must have %s = ... and %s = ..., under [default] or no heading",
		path, identity->key ? rows[1].name : rows[0].name, rows[0].name, rows[1].name);
}

static int transfer_identify(
	struct transfer *transfer, const struct transfer_options *options, struct error *err)
{
	struct bucket *bucket = &transfer->bucket;
	struct identity identity = { NULL, NULL, NULL };
	struct buf both = BUF_INIT;
	int rc = options->credentials
		? find_in_file(&transfer->secrets, options->credentials, &identity, err)
		: find_in_environment(&transfer->secrets, &identity, err);

	if (rc)
		return rc;
	buf_addf(&both, "%s:%s", identity.key, identity.secret);
	bucket->credentials = buf_detach(&both);
	bucket->token = identity.token ? str_dup(identity.token) : NULL;
	return 0;
}

static char *region_of(const struct transfer_options *options)
{
	const char *candidates[] = { options->region, getenv("AWS_REGION"),
		getenv("AWS_DEFAULT_REGION"), "us-east-1" };
	size_t i = options->region ? 0 : 1;

	while (!candidates[i] || (i && !*candidates[i]))
		i++;
	return str_dup(candidates[i]);
}

int transfer_open(struct transfer *transfer, const struct transfer_options *options,
	const char *address, struct error *err)
{
	struct bucket *bucket = &transfer->bucket;

	bucket->region = region_of(options);
	bucket->endpoint = options->endpoint ? str_dup(options->endpoint) : NULL;
	bucket->ca_file = options->ca_file ? str_dup(options->ca_file) : NULL;
	if (bucket_parse(address, bucket, err) || bucket_check(bucket, err))
		return -1;
	return transfer_identify(transfer, options, err);
}

static void transfer_hide(const struct secrets *secrets, struct error *err)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, err->text);
	secrets_mask(secrets, &text);
	error_set(err, err->kind, "%s", text.data);
	buf_release(&text);
}

int transfer_close(struct transfer *transfer, int rc, struct error *err)
{
	struct error print_err = ERROR_INIT;

	secrets_mask(&transfer->secrets, &transfer->text);
	if (command_print(&transfer->text, &print_err) && !rc) {
		*err = print_err;
		rc = -1;
	}
	if (rc)
		transfer_hide(&transfer->secrets, err);
	bucket_release(&transfer->bucket);
	secrets_release(&transfer->secrets);
	buf_release(&transfer->text);
	return rc;
}

int transfer_read(const struct buf *content, struct run *run, bool *is_result, struct error *err)
{
	int rc = baseline_parse_run(content->data, content->len, run, is_result, err);

	if (rc)
		err->kind = ERR_IO;
	return rc;
}

int transfer_unsafe(const char *name, struct error *err)
{
	struct buf printable = BUF_INIT;

	buf_add_printable(&printable, name);
	error_set(err, ERR_USAGE,
		"'%.100s' is no name of a result file or baseline: it must end in .json (a history in .db), "
		"be text, and have no slash and no dot in front",
		printable.data);
	buf_release(&printable);
	return -1;
}

/* SHA-1 or SHA-256 */
static bool is_whole_hash(const char *name)
{
	size_t len = strlen(name);

	return (len == 40 || len == 64) && strspn(name, "0123456789abcdef") == len;
}

/* Where git is not at hand, as in the container of a job, a hash will do. */
int transfer_commit(const char *name, struct revision *revision, struct error *err)
{
	if (!is_whole_hash(name))
		return revision_resolve(".", name, revision, err);
	*revision = (struct revision){ .name = str_dup(name), .commit = str_dup(name) };
	return 0;
}

void transfer_add_run(const char *commit, const char *machine, const char *file, struct buf *out)
{
	buf_addf(out, "runs/%s/%s", commit, machine);
	if (file)
		buf_addf(out, "/%s", file);
	else
		buf_adds(out, ".json");
}
