/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A key of the policy file is a row of a table: the row reads the value, says what would have been
 * right, and writes the value for people as the file would spell it. What has no row is refused,
 * with the nearest name that has one.
 */
#ifndef GATE_POLICY_KEYS_H
#define GATE_POLICY_KEYS_H

#include "base/buf.h"
#include "base/field.h"
#include "base/json.h"
#include "base/texts.h"

#include <stdint.h>

enum policy_key_type {
	POLICY_KEY_TEXT,     /* char *, owned: not empty */
	POLICY_KEY_TEXTS,    /* struct texts: one text or a list of them */
	POLICY_KEY_ALPHA,    /* double: a probability below 0.5 */
	POLICY_KEY_RATIO,    /* double: "2%"; NaN or 0 is unsaid */
	POLICY_KEY_DURATION, /* uint64_t, ns: "3min" */
	POLICY_KEY_WORD,     /* an enum whose values are the places of its words */
	POLICY_KEY_CHOICE,   /* enum choice: true or false */
	POLICY_KEY_COUNT,    /* uint64_t: a whole number above 0 */
	POLICY_KEY_SECRET,   /* struct secret_place: where a secret is, never what it is */
	POLICY_KEY_OBJECT,   /* struct json *, owned: an object of any members; NULL is unsaid */
	POLICY_KEY_SECTION,  /* whoever asked reads it */
};

/* {"env": "NAME"} or {"file": "PATH"}: one of the two, or neither where it is unsaid. */
struct secret_place {
	char *env;
	char *file;
};

struct policy_key {
	enum policy_key_type type;
	const char *name;
	size_t offset;
	const char *const *words; /* POLICY_KEY_WORD: NULL at the end; "" stands for unsaid */
};

#define POLICY_KEY_TEXT(name, struct_type, field) \
	{ \
		POLICY_KEY_TEXT, name, FIELD_AT(struct_type, field, char *), NULL \
	}
#define POLICY_KEY_TEXTS(name, struct_type, field) \
	{ \
		POLICY_KEY_TEXTS, name, FIELD_AT(struct_type, field, struct texts), NULL \
	}
#define POLICY_KEY_ALPHA(name, struct_type, field) \
	{ \
		POLICY_KEY_ALPHA, name, FIELD_AT(struct_type, field, double), NULL \
	}
#define POLICY_KEY_RATIO(name, struct_type, field) \
	{ \
		POLICY_KEY_RATIO, name, FIELD_AT(struct_type, field, double), NULL \
	}
#define POLICY_KEY_DURATION(name, struct_type, field) \
	{ \
		POLICY_KEY_DURATION, name, FIELD_AT(struct_type, field, uint64_t), NULL \
	}
#define POLICY_KEY_WORD(name, struct_type, field, enum_type, words) \
	{ \
		POLICY_KEY_WORD, name, FIELD_AT(struct_type, field, enum_type), words \
	}
#define POLICY_KEY_CHOICE(name, struct_type, field) \
	{ \
		POLICY_KEY_CHOICE, name, FIELD_AT(struct_type, field, enum choice), NULL \
	}
#define POLICY_KEY_COUNT(name, struct_type, field) \
	{ \
		POLICY_KEY_COUNT, name, FIELD_AT(struct_type, field, uint64_t), NULL \
	}
#define POLICY_KEY_SECRET(name, struct_type, field) \
	{ \
		POLICY_KEY_SECRET, name, FIELD_AT(struct_type, field, struct secret_place), NULL \
	}
#define POLICY_KEY_OBJECT(name, struct_type, field) \
	{ \
		POLICY_KEY_OBJECT, name, FIELD_AT(struct_type, field, struct json *), NULL \
	}
#define POLICY_KEY_SECTION(name) \
	{ \
		POLICY_KEY_SECTION, name, 0, NULL \
	}
#define POLICY_KEY_END \
	{ \
		.name = NULL \
	}

/*
 * Sets the fields that the object's members name; what they held is freed. `place` is the object's
 * in the file, "tiers.critical", or "" for the whole file.
 */
int policy_keys_read(const struct json *object, const struct policy_key *rows, void *into,
	const char *place, struct error *err);

/* Frees what the rows' fields own. */
void policy_keys_release(const struct policy_key *rows, void *from);

/* Which keys the object has: a bit for each row, the first the lowest. */
unsigned policy_keys_said(const struct json *object, const struct policy_key *rows);

/* Nothing where the value is unsaid. */
void policy_key_print(const struct policy_key *key, const void *from, struct buf *out);

/* Could a variable of the environment be called so? */
bool policy_is_variable(const char *name);
#define POLICY_VARIABLE_RIGHT \
	"the name of a variable: letters, digits and _, no digit first, and without the $"

/* "place is "x"; it must be `right`"; -1. */
int policy_wrong(const struct json *value, const char *place, const char *right, struct error *err);

/* The bounds of such values, wherever they are said; the texts say what is right. */
#define POLICY_RATIO_RIGHT "a percentage above 0% and up to 1000%, such as \"2%\""
#define POLICY_ALPHA_RIGHT "a number above 0 and below 0.5, such as 0.01"
bool policy_ratio_from(const char *text, double *ratio);
bool policy_alpha_holds(double alpha);

#endif
