/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages with placeholders. */
#include "gate/rules.h"

#include "base/error.h"
#include "base/str.h"

#include <string.h>

/* What an error speaks of. */
struct position {
	const char *message, *place;
};

static size_t character(const char *message, const char *at)
{
	size_t place = 1;

	for (; message < at; message++)
		place += ((unsigned char)*message & 0xc0) != 0x80;
	return place;
}

static int rule_message_unknown_placeholder(
	struct position where, struct brace_piece piece, struct error *err)
{
	char *name = mem_copy(piece.at, piece.len < 60 ? piece.len : 60);
	struct unknown unknown = { .given = name,
		.see = "'benchgate help alerting'; for a plain brace write {{ or }}",
		.before = "{",
		.after = "}" };
	struct buf shown = BUF_INIT;
	size_t at = character(where.message, piece.at - 1);

	for (const struct fact *fact = facts; fact->name; fact++)
		unknown_offer(&unknown, fact->name);
	buf_add_printable(&shown, name);
	unknown_error(&unknown, err, "%s: unknown placeholder '{%s}' at character %zu", where.place,
		shown.data, at);
	buf_release(&shown);
	free(name);
	return -1;
}

static int rule_message_check_literal(
	struct position where, struct brace_piece piece, struct error *err)
{
	for (const char *c = piece.at; c < piece.next; c += str_utf8_len(c))
		if (!str_utf8_len(c) || (str_is_control(c) && !strchr("\n\t", *c)))
			return error_set(err, ERR_USAGE,
				"%s has at character %zu something that is not allowed; there must be text, with no control characters but line ends and tabs",
				where.place, character(where.message, c));
	return 0;
}

static int check_piece(struct position where, struct brace_piece piece, struct error *err)
{
	switch (piece.type) {
	case BRACE_LITERAL:
		return rule_message_check_literal(where, piece, err);
	case BRACE_ITSELF:
		return 0;
	case BRACE_PLACEHOLDER:
		return fact_named(piece.at, piece.len)
			? 0
			: rule_message_unknown_placeholder(where, piece, err);
	case BRACE_OPEN:
		return error_set(err, ERR_USAGE,
			"%s: the { at character %zu has no closing }; for a plain brace write {{",
			where.place, character(where.message, piece.at));
	case BRACE_CLOSE:
		return error_set(err, ERR_USAGE,
			"%s: the } at character %zu has no opening {; for a plain brace write }}",
			where.place, character(where.message, piece.at));
	}
	return 0;
}

int rule_check_message(const char *message, const char *place, struct error *err)
{
	struct position where = { message, place };
	struct brace_piece piece;

	if (strlen(message) > RULE_MAX_MESSAGE)
		return error_set(err, ERR_USAGE, "%s is %zu bytes long; at most %d are allowed",
			place, strlen(message), RULE_MAX_MESSAGE);
	for (const char *at = message; *at; at = piece.next) {
		piece = brace_piece(at);
		if (check_piece(where, piece, err))
			return -1;
	}
	return 0;
}

/* A percentage brings its sign along; one that the message has too is not said twice. */
static const char *behind_percent(const char *at)
{
	const char *sign = at + strspn(at, " ");

	return *sign == '%' ? sign + 1 : at;
}

void rule_fill_message(const char *message, const struct subject *subject, struct buf *out)
{
	struct brace_piece piece;

	for (const char *at = message; *at; at = piece.next) {
		const struct fact *fact = NULL;

		piece = brace_piece(at);
		if (piece.type == BRACE_PLACEHOLDER)
			fact = fact_named(piece.at, piece.len);
		if (!fact) {
			buf_add(out, piece.at, piece.len);
			continue;
		}
		fact_print(fact, subject, out);
		if (fact_is_percent(fact))
			piece.next = behind_percent(piece.next);
	}
	buf_defuse(out);
}
