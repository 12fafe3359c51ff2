/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/policy_keys.h"

#include "base/error.h"
#include "base/str.h"
#include "gate/policy.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RATIO 10
#define MAX_ALPHA 0.5
#define MAX_COUNT 1e9
#define SECRET_RIGHT \
	"{\"env\": \"NAME\"} or {\"file\": \"PATH\"}: never write the secret itself into this file"

bool policy_ratio_from(const char *text, double *ratio)
{
	double parsed;

	if (!str_to_ratio(text, &parsed) || !(parsed > 0 && parsed <= MAX_RATIO))
		return false;
	*ratio = parsed;
	return true;
}

bool policy_alpha_holds(double alpha)
{
	return alpha > 0 && alpha < MAX_ALPHA;
}

bool policy_is_variable(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '_')
			return false;
	return *name && !isdigit((unsigned char)*name);
}

int policy_wrong(const struct json *value, const char *place, const char *right, struct error *err)
{
	enum json_type type = json_type(value);

	if (type == JSON_TEXT)
		return error_set(err, ERR_USAGE, "%s is \"%.40s\"; it must be %s", place,
			json_text(value), right);
	if (type == JSON_NUMBER)
		return error_set(err, ERR_USAGE, "%s is %.9g; it must be %s", place,
			json_number(value), right);
	if (type == JSON_BOOL)
		return error_set(err, ERR_USAGE, "%s is %s; it must be %s", place,
			json_bool(value) ? "true" : "false", right);
	return error_set(
		err, ERR_USAGE, "%s is %s; it must be %s", place, json_type_name(type), right);
}

static bool is_filled_text(const struct json *value)
{
	return json_type(value) == JSON_TEXT && *json_text(value);
}

static bool policy_keys_read_text(const struct json *value, char **field)
{
	if (!is_filled_text(value))
		return false;
	free(*field);
	*field = str_dup(json_text(value));
	return true;
}

static bool policy_keys_add_text(const struct json *value, struct texts *field)
{
	if (!is_filled_text(value))
		return false;
	texts_add(field, json_text(value));
	return true;
}

static bool policy_keys_read_texts(const struct json *value, struct texts *field)
{
	bool good = true;

	texts_release(field);
	if (json_type(value) != JSON_ARRAY)
		return policy_keys_add_text(value, field);
	for (const struct json *at = json_first(value); at && good; at = json_next(at))
		good = policy_keys_add_text(at, field);
	return good;
}

static bool read_alpha(const struct json *value, double *field)
{
	if (json_type(value) != JSON_NUMBER || !policy_alpha_holds(json_number(value)))
		return false;
	*field = json_number(value);
	return true;
}

static bool read_duration(const struct json *value, uint64_t *field)
{
	uint64_t parsed;

	if (json_type(value) != JSON_TEXT || !str_to_duration(json_text(value), &parsed) || !parsed)
		return false;
	*field = parsed;
	return true;
}

static bool policy_keys_read_word(
	const struct json *value, const char *const *words, unsigned *field)
{
	if (!is_filled_text(value))
		return false;
	for (unsigned i = 0; words[i]; i++) {
		if (strcmp(words[i], json_text(value)) == 0) {
			*field = i;
			return true;
		}
	}
	return false;
}

static bool read_choice(const struct json *value, enum choice *field)
{
	if (json_type(value) != JSON_BOOL)
		return false;
	*field = json_bool(value) ? CHOICE_YES : CHOICE_NO;
	return true;
}

static bool read_count(const struct json *value, uint64_t *field)
{
	double number = json_type(value) == JSON_NUMBER ? json_number(value) : 0;

	if (!(number >= 1 && number <= MAX_COUNT) || number != floor(number))
		return false;
	*field = (uint64_t)number;
	return true;
}

static void secret_release(struct secret_place *secret)
{
	free(secret->env);
	free(secret->file);
	*secret = (struct secret_place){ NULL, NULL };
}

/* Its one member, or NULL. */
static const struct json *secret_member(const struct json *value)
{
	const struct json *only = json_type(value) == JSON_OBJECT ? json_first(value) : NULL;

	if (!only || json_next(only) || !is_filled_text(only) ||
		(strcmp(json_name(only), "env") != 0 && strcmp(json_name(only), "file") != 0))
		return NULL;
	return only;
}

static bool read_secret(const struct json *value, struct secret_place *field)
{
	const struct json *only = secret_member(value);
	bool is_env = only && strcmp(json_name(only), "env") == 0;

	if (!only || (is_env && !policy_is_variable(json_text(only))))
		return false;
	secret_release(field);
	*(is_env ? &field->env : &field->file) = str_dup(json_text(only));
	return true;
}

static bool policy_keys_read_object(const struct json *value, struct json **field)
{
	if (json_type(value) != JSON_OBJECT)
		return false;
	json_free(*field);
	*field = json_new_object();
	json_copy_members(*field, value);
	return true;
}

static bool policy_keys_read_value(
	const struct json *value, const struct policy_key *key, void *field)
{
	switch (key->type) {
	case POLICY_KEY_TEXT:
		return policy_keys_read_text(value, field);
	case POLICY_KEY_TEXTS:
		return policy_keys_read_texts(value, field);
	case POLICY_KEY_ALPHA:
		return read_alpha(value, field);
	case POLICY_KEY_RATIO:
		return json_type(value) == JSON_TEXT && policy_ratio_from(json_text(value), field);
	case POLICY_KEY_DURATION:
		return read_duration(value, field);
	case POLICY_KEY_WORD:
		return policy_keys_read_word(value, key->words, field);
	case POLICY_KEY_CHOICE:
		return read_choice(value, field);
	case POLICY_KEY_COUNT:
		return read_count(value, field);
	case POLICY_KEY_SECRET:
		return read_secret(value, field);
	case POLICY_KEY_OBJECT:
		return policy_keys_read_object(value, field);
	case POLICY_KEY_SECTION:
		return true;
	}
	return false;
}

static int wrong_value(const struct json *value, const struct policy_key *key, const char *place,
	struct error *err)
{
	static const char *const rights[] = {
		[POLICY_KEY_TEXT] = "a text that is not empty",
		[POLICY_KEY_TEXTS] = "a text or a list of texts, none of them empty",
		[POLICY_KEY_ALPHA] = POLICY_ALPHA_RIGHT,
		[POLICY_KEY_RATIO] = POLICY_RATIO_RIGHT,
		[POLICY_KEY_DURATION] = "a duration above 0, such as \"500ms\" or \"3min\"",
		[POLICY_KEY_CHOICE] = "true or false",
		[POLICY_KEY_COUNT] = "a whole number above 0",
		[POLICY_KEY_OBJECT] = "an object",
		[POLICY_KEY_SECTION] = "a section",
	};
	struct buf words = BUF_INIT;

	for (size_t i = 0; key->type == POLICY_KEY_WORD && key->words[i]; i++)
		if (*key->words[i])
			buf_addf(&words, "%s\"%s\"", words.len ? ", " : "one of ", key->words[i]);
	/* What somebody took for the place of a secret may be one: it is not shown. */
	if (key->type == POLICY_KEY_SECRET && secret_member(value))
		error_set(err, ERR_USAGE, "%s.env must be %s", place, POLICY_VARIABLE_RIGHT);
	else if (key->type == POLICY_KEY_SECRET)
		error_set(err, ERR_USAGE, "%s does not say where its secret is; it must be %s",
			place, SECRET_RIGHT);
	else
		policy_wrong(value, place, words.len ? words.data : rights[key->type], err);
	buf_release(&words);
	return -1;
}

static const struct policy_key *key_named(const struct policy_key *rows, const char *name)
{
	for (; rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

static int unknown_key(
	const char *name, const struct policy_key *rows, const char *place, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "keys" };

	for (; rows->name; rows++)
		unknown_offer(&unknown, rows->name);
	return unknown_error(&unknown, err, "unknown key '%s'", place);
}

static int policy_keys_read_member(const struct json *member, const struct policy_key *rows,
	void *into, const char *place, struct error *err)
{
	const struct policy_key *key = key_named(rows, json_name(member));

	if (!key)
		return unknown_key(json_name(member), rows, place, err);
	if (!policy_keys_read_value(member, key, (char *)into + key->offset))
		return wrong_value(member, key, place, err);
	return 0;
}

int policy_keys_read(const struct json *object, const struct policy_key *rows, void *into,
	const char *place, struct error *err)
{
	int rc = 0;

	if (json_type(object) != JSON_OBJECT)
		return policy_wrong(object, *place ? place : "the file", "an object", err);
	for (const struct json *at = json_first(object); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s%s%.60s", place, *place ? "." : "", json_name(at));
		rc = policy_keys_read_member(at, rows, into, inner.data, err);
		buf_release(&inner);
	}
	return rc;
}

unsigned policy_keys_said(const struct json *object, const struct policy_key *rows)
{
	unsigned said = 0;

	for (size_t i = 0; rows[i].name; i++)
		if (json_get(object, rows[i].name))
			said |= 1u << i;
	return said;
}

static void print_texts(const struct texts *texts, struct buf *out)
{
	for (size_t i = 0; i < texts->nr; i++)
		buf_addf(out, "%s%s", i ? ", " : "", texts->items[i]);
}

/* In the largest unit of which it is a whole number; 0 is unsaid. */
static void print_duration(uint64_t value_ns, struct buf *out)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = { { 3600000000000u, "h" }, { 60000000000u, "min" }, { 1000000000u, "s" },
		{ 1000000u, "ms" }, { 1000u, "us" }, { 1u, "ns" } };
	size_t i = 0;

	while (value_ns % units[i].ns)
		i++;
	if (value_ns)
		buf_addf(out, "%" PRIu64 "%s", value_ns / units[i].ns, units[i].name);
}

static void print_secret(const struct secret_place *secret, struct buf *out)
{
	if (secret->env || secret->file)
		buf_addf(out, "{\"%s\": \"%s\"}", secret->env ? "env" : "file",
			secret->env ? secret->env : secret->file);
}

/* Without the newline at its end. */
static void print_object(const struct json *object, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (object)
		json_print_line(object, &line);
	if (line.len)
		buf_add(out, line.data, line.len - 1);
	buf_release(&line);
}

void policy_key_print(const struct policy_key *key, const void *from, struct buf *out)
{
	const void *field = (const char *)from + key->offset;

	switch (key->type) {
	case POLICY_KEY_TEXT:
		buf_adds(out, *(char *const *)field ? *(char *const *)field : "");
		break;
	case POLICY_KEY_TEXTS:
		print_texts(field, out);
		break;
	case POLICY_KEY_ALPHA:
		buf_addf(out, "%.9g", *(const double *)field);
		break;
	case POLICY_KEY_RATIO:
		if (*(const double *)field > 0)
			buf_addf(out, "%.9g%%", 100 * *(const double *)field);
		break;
	case POLICY_KEY_DURATION:
		print_duration(*(const uint64_t *)field, out);
		break;
	case POLICY_KEY_WORD:
		buf_adds(out, key->words[*(const unsigned *)field]);
		break;
	case POLICY_KEY_CHOICE:
		if (*(const enum choice *)field)
			buf_adds(out, *(const enum choice *)field == CHOICE_YES ? "true" : "false");
		break;
	case POLICY_KEY_COUNT:
		if (*(const uint64_t *)field)
			buf_addf(out, "%" PRIu64, *(const uint64_t *)field);
		break;
	case POLICY_KEY_SECRET:
		print_secret(field, out);
		break;
	case POLICY_KEY_OBJECT:
		print_object(*(struct json *const *)field, out);
		break;
	case POLICY_KEY_SECTION:
		break;
	}
}

void policy_keys_release(const struct policy_key *rows, void *from)
{
	for (; rows->name; rows++) {
		char *field = (char *)from + rows->offset;

		if (rows->type == POLICY_KEY_TEXT) {
			free(*(char **)field);
			*(char **)field = NULL;
		} else if (rows->type == POLICY_KEY_TEXTS) {
			texts_release((struct texts *)field);
		} else if (rows->type == POLICY_KEY_SECRET) {
			secret_release((struct secret_place *)field);
		} else if (rows->type == POLICY_KEY_OBJECT) {
			json_free(*(struct json **)field);
			*(struct json **)field = NULL;
		}
	}
}
