/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/secrets.h"

#include "base/encode.h"
#include "base/str.h"
#include "sys/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define MAX_SECRET_BYTES 65536

bool secrets_go_by(const char *name, size_t len)
{
	/* A key alone may be a project's. */
	static const char *const words[] = { "authorization", "token", "secret", "password",
		"cookie", "credential", "x-auth", "x-key", "apikey", "api-key", "api_key",
		"access_key", "routing_key", "integration_key" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (size_t at = 0; at + strlen(words[i]) <= len; at++)
			if (strncasecmp(name + at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

bool secrets_named(const struct secret_place *place)
{
	return place->env || place->file;
}

static void secrets_hide(struct secrets *secrets, const char *text)
{
	if (*text && !texts_have(&secrets->values, text))
		texts_add(&secrets->values, text);
}

static void spell_json(struct buf *out, const char *value)
{
	for (; *value; value++)
		buf_addf(out, strchr("\"\\", *value) ? "\\%c" : "%c", *value);
}

static void spell_percent(struct buf *out, const char *value)
{
	encode_percent(out, value, "");
}

static void spell_base64(struct buf *out, const char *value)
{
	encode_base64(out, value, strlen(value));
}

static void spell_hex(struct buf *out, const char *value)
{
	for (; *value; value++)
		buf_addf(out, "%02x", (unsigned char)*value);
}

static void spell_capital_hex(struct buf *out, const char *value)
{
	for (; *value; value++)
		buf_addf(out, "%02X", (unsigned char)*value);
}

static void spell_backwards(struct buf *out, const char *value)
{
	for (size_t left = strlen(value); left; left--)
		buf_addc(out, value[left - 1]);
}

/* As a server that repeats what it was sent may spell it. */
static void hide_spellings(struct secrets *secrets, const char *value)
{
	static void (*const spellings[])(struct buf * out, const char *value) = { spell_json,
		spell_percent, spell_base64, encode_base64url, spell_hex, spell_capital_hex,
		spell_backwards };
	struct buf spelt = BUF_INIT;

	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		buf_clear(&spelt);
		spellings[i](&spelt, value);
		secrets_hide(secrets, spelt.data);
		explicit_bzero(spelt.data, spelt.len);
	}
	buf_release(&spelt);
}

/* A server that is asked by an address sees no more of it. */
static void hide_path(struct secrets *secrets, const char *value)
{
	const char *host = strstr(value, "://");
	const char *path = host ? strchr(host + strlen("://"), '/') : NULL;

	if (path && path[1] && path[2])
		secrets_hide(secrets, path);
}

const char *secrets_add(struct secrets *secrets, const char *value)
{
	size_t i = 0;

	secrets_hide(secrets, value);
	while (i < secrets->values.nr && strcmp(secrets->values.items[i], value) != 0)
		i++;
	hide_spellings(secrets, value);
	hide_path(secrets, value);
	return i < secrets->values.nr ? secrets->values.items[i] : NULL;
}

/* HTTP's Basic has a colon between them, and mail's PLAIN a NUL before each. */
void secrets_add_login(struct secrets *secrets, const char *user, const char *password)
{
	struct buf joined = BUF_INIT, spelt = BUF_INIT;

	buf_addf(&joined, "%c%s:%s", '\0', user, password);
	encode_base64(&spelt, joined.data + 1, joined.len - 1);
	secrets_hide(secrets, spelt.data);
	buf_clear(&spelt);
	joined.data[strlen(user) + 1] = '\0';
	encode_base64(&spelt, joined.data, joined.len);
	secrets_hide(secrets, spelt.data);
	explicit_bzero(joined.data, joined.len);
	explicit_bzero(spelt.data, spelt.len);
	buf_release(&joined);
	buf_release(&spelt);
}

/* Without the newline at its end, which editors and echo leave; borrowed from the list. */
static const char *secrets_keep(
	struct secrets *secrets, struct buf *value, const char *where, struct error *err)
{
	while (value->len && strchr("\r\n", value->data[value->len - 1]))
		value->data[--value->len] = '\0';
	if (!value->len) {
		error_set(err, ERR_IO, "%s is to hold a secret and is empty", where);
		return NULL;
	}
	for (size_t i = 0; i < value->len; i++) {
		if ((unsigned char)value->data[i] >= ' ' && value->data[i] != 0x7f)
			continue;
		error_set(err, ERR_IO,
			"%s is to hold a secret in one line, and has more lines or control characters",
			where);
		return NULL;
	}
	return secrets_add(secrets, value->data);
}

static const char *read_variable(
	struct secrets *secrets, const char *name, struct buf *value, struct error *err)
{
	const char *found = getenv(name);
	struct buf where = BUF_INIT;

	if (!found) {
		error_set(
			err, ERR_IO, "the environment has no %s, which is to hold a secret", name);
		return NULL;
	}
	buf_addf(&where, "the variable %s", name);
	buf_adds(value, found);
	found = secrets_keep(secrets, value, where.data, err);
	buf_release(&where);
	return found;
}

static int check_mode(const char *path, struct error *err)
{
	struct stat about;

	if (stat(path, &about))
		return 0;
	if (S_ISDIR(about.st_mode) || S_ISCHR(about.st_mode) || S_ISBLK(about.st_mode))
		return error_set(err, ERR_IO,
			"%s is to hold a secret and is a %s; it must be a file", path,
			S_ISDIR(about.st_mode) ? "folder" : "device");
	if ((about.st_mode & 077))
		return error_set(err, ERR_IO,
			"%s holds a secret and others may read it (mode %03o); chmod 600 it", path,
			(unsigned)about.st_mode & 0777u);
	return 0;
}

int secrets_read_file(const char *path, struct buf *text, struct error *err)
{
	return check_mode(path, err) ? -1 : file_read(path, MAX_SECRET_BYTES, text, err);
}

const char *secrets_get(
	struct secrets *secrets, const struct secret_place *place, struct error *err)
{
	struct buf value = BUF_INIT;
	const char *kept = NULL;

	if (place->env)
		kept = read_variable(secrets, place->env, &value, err);
	else if (!secrets_read_file(place->file, &value, err))
		kept = secrets_keep(secrets, &value, place->file, err);
	explicit_bzero(value.data, value.len);
	buf_release(&value);
	if (!kept && secrets->only_shown)
		return SECRETS_MASK;
	return kept;
}

/* Of what was cut off, shorter beginnings tell nothing; nor do shorter parts. */
#define MIN_CUT 4
#define MIN_PART 8

static size_t shared_len(const char *text, const char *secret)
{
	size_t len = 0;

	while (secret[len] && text[len] == secret[len])
		len++;
	return len;
}

/* How much of the secret the text begins with: all of it, what is left of the text, or nothing. */
static size_t begins_with(const char *text, const char *secret)
{
	size_t len = shared_len(text, secret);

	return !secret[len] || (!text[len] && len >= MIN_CUT) ? len : 0;
}

/* How much of the text is somewhere in the secret. The server of an address is no secret, and its
 * path is one of its own. */
static size_t part_at(const char *text, const char *secret)
{
	size_t longest = 0;

	if (str_starts(secret, "http") || strnlen(text, MIN_PART) < MIN_PART)
		return 0;
	while ((secret = memmem(secret, strlen(secret), text, MIN_PART))) {
		size_t len = shared_len(text, secret++);

		longest = len > longest ? len : longest;
	}
	return longest;
}

/* The longest that begins here: one may hold another. */
static size_t secret_at(const struct secrets *secrets, const char *text)
{
	size_t longest = 0;

	for (size_t i = 0; i < secrets->values.nr; i++) {
		size_t whole = begins_with(text, secrets->values.items[i]);
		size_t part = part_at(text, secrets->values.items[i]);

		longest = whole > longest ? whole : longest;
		longest = part > longest ? part : longest;
	}
	return longest;
}

void secrets_mask(const struct secrets *secrets, struct buf *text)
{
	struct buf masked = BUF_INIT;
	bool in_any[UCHAR_MAX + 1] = { false }; /* bytes; an answer may have millions of others */

	for (size_t i = 0; i < secrets->values.nr; i++)
		for (const char *at = secrets->values.items[i]; *at; at++)
			in_any[(unsigned char)*at] = true;
	for (const char *at = text->data; *at;) {
		size_t len = in_any[(unsigned char)*at] ? secret_at(secrets, at) : 0;

		if (len)
			buf_adds(&masked, SECRETS_MASK);
		else
			buf_addc(&masked, *at);
		at += len ? len : 1;
	}
	buf_clear(text);
	buf_add(text, masked.data, masked.len);
	buf_release(&masked);
}

void secrets_release(struct secrets *secrets)
{
	for (size_t i = 0; i < secrets->values.nr; i++)
		explicit_bzero(secrets->values.items[i], strlen(secrets->values.items[i]));
	texts_release(&secrets->values);
}
