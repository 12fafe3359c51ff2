/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/tokens.h"

#include "base/array.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/entropy.h"
#include "sys/file.h"
#include "sys/lock.h"

#include <stdio.h>
#include <string.h>

#define FORMAT "benchgate-tokens"
#define VERSION 1
#define MAX_BYTES (1 << 20)
#define MAX_NAME 64

const char *const role_words[] = { "none", "read", "write", "admin", NULL };

static const struct json_field fields[] = {
	JSON_FIELD_TEXT("name", struct token, name),
	JSON_FIELD_WORD("role", struct token, role, enum role, role_words),
	JSON_FIELD_TEXT("sha256", struct token, hash),
	JSON_FIELD_TEXT("created", struct token, created),
	JSON_FIELD_END,
};

static void token_release(struct token *token)
{
	free(token->name);
	free(token->hash);
	free(token->created);
}

void tokens_release(struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->nr; i++)
		token_release(&tokens->items[i]);
	ARRAY_RELEASE(tokens);
}

char *tokens_path(const char *db)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s.tokens", db);
	return buf_detach(&path);
}

static int read_token(const struct json *from, struct tokens *tokens, struct error *err)
{
	char where[64];

	snprintf(where, sizeof where, "tokens[%zu]", tokens->nr);
	*ARRAY_ADD(tokens) = (struct token){ .name = NULL };
	if (json_fields_read(from, fields, &tokens->items[tokens->nr - 1], where, err))
		return -1;
	if (strlen(tokens->items[tokens->nr - 1].hash) != SHA256_HEX_MAX - 1)
		return error_set(err, ERR_USAGE, "%s.sha256 must have 64 digits", where);
	return 0;
}

static int read_tokens(const struct json *root, struct tokens *tokens, struct error *err)
{
	const struct json *list;
	int rc = 0;

	if (json_check_format(root, FORMAT, VERSION, err))
		return -1;
	list = json_member(root, "tokens", JSON_ARRAY, JSON_ROOT, err);
	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at && !rc; at = json_next(at))
		rc = read_token(at, tokens, err);
	return rc;
}

int tokens_load(const char *path, struct tokens *tokens, struct error *err)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;
	int rc = 0;

	if (!file_is_there(path))
		return 0;
	if (file_is_writable_by_others(path))
		return error_set(err, ERR_IO,
			"%s could be written by others, who could let themselves in: 'chmod 600' it, and look at what it lists",
			path);
	rc = file_read(path, MAX_BYTES, &text, err);
	if (!rc)
		root = json_parse(text.data, text.len, err);
	if (!rc)
		rc = root ? read_tokens(root, tokens, err) : -1;
	json_free(root);
	buf_release(&text);
	return rc ? error_wrap(err, "%s", path) : 0;
}

static int save_tokens(const char *path, const struct tokens *tokens, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct json *root = json_new_object(), *list;
	struct buf text = BUF_INIT;
	int rc;

	json_add_text(root, "format", FORMAT);
	json_add_number(root, "version", VERSION);
	list = json_add_array(root, "tokens");
	for (size_t i = 0; i < tokens->nr; i++)
		json_fields_write(json_add_object(list, NULL), fields, &tokens->items[i]);
	json_print(root, &text);
	rc = file_new_open(&file, path, err);
	if (!rc)
		rc = file_new_make_private(&file, err);
	if (!rc)
		rc = file_new_commit(&file, &text, err);
	file_new_release(&file);
	buf_release(&text);
	json_free(root);
	return rc;
}

static bool has_token(const struct tokens *tokens, const char *name)
{
	for (size_t i = 0; i < tokens->nr; i++)
		if (strcmp(tokens->items[i].name, name) == 0)
			return true;
	return false;
}

static int check_name(const struct tokens *tokens, const char *name, struct error *err)
{
	if (!*name || strlen(name) > MAX_NAME || str_has_control(name))
		return error_set(err, ERR_USAGE, "a token's name has 1 to %d characters", MAX_NAME);
	if (has_token(tokens, name))
		return error_set(err, ERR_USAGE,
			"there is a token '%s' already; 'benchgate serve token remove %s' removes it",
			name, name);
	return 0;
}

static int make_token(
	struct tokens *tokens, const char *name, enum role role, char *made, struct error *err)
{
	char hash[SHA256_HEX_MAX], today[CLOCK_TIMESTAMP_MAX];

	memcpy(made, TOKEN_PREFIX, sizeof TOKEN_PREFIX);
	if (entropy_hex(TOKEN_BYTES, made + strlen(TOKEN_PREFIX), err))
		return -1;
	sha256_hex(made, strlen(made), hash);
	clock_today(today);
	*ARRAY_ADD(tokens) = (struct token){ str_dup(name), role, str_dup(hash), str_dup(today) };
	return 0;
}

int tokens_add(const char *path, const char *name, enum role role, char token[TOKEN_MAX],
	struct error *err)
{
	struct tokens tokens = { 0 };
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, path, err);

	if (!rc)
		rc = tokens_load(path, &tokens, err);
	if (!rc)
		rc = check_name(&tokens, name, err);
	if (!rc)
		rc = make_token(&tokens, name, role, token, err);
	if (!rc)
		rc = save_tokens(path, &tokens, err);
	lock_release(&lock);
	tokens_release(&tokens);
	return rc;
}

static int remove_token(struct tokens *tokens, const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "tokens" };

	for (size_t i = 0; i < tokens->nr; i++) {
		struct token *token = &tokens->items[i];

		if (strcmp(token->name, name) == 0) {
			token_release(token);
			*token = tokens->items[--tokens->nr];
			return 0;
		}
		unknown_offer(&unknown, token->name);
	}
	return unknown_error(&unknown, err, "there is no token '%s'", name);
}

int tokens_remove(const char *path, const char *name, struct error *err)
{
	struct tokens tokens = { 0 };
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, path, err);

	if (!rc)
		rc = tokens_load(path, &tokens, err);
	if (!rc)
		rc = remove_token(&tokens, name, err);
	if (!rc)
		rc = save_tokens(path, &tokens, err);
	lock_release(&lock);
	tokens_release(&tokens);
	return rc;
}

static bool is_same_hash(const char *one, const char *other)
{
	unsigned char differs = 0;

	for (size_t i = 0; i < SHA256_HEX_MAX - 1; i++)
		differs |= (unsigned char)(one[i] ^ other[i]);
	return !differs;
}

const struct token *tokens_find(const struct tokens *tokens, const char *said)
{
	const struct token *found = NULL;
	char hash[SHA256_HEX_MAX];

	sha256_hex(said, strlen(said), hash);
	for (size_t i = 0; i < tokens->nr; i++)
		if (is_same_hash(tokens->items[i].hash, hash))
			found = &tokens->items[i];
	return found;
}
