/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/condition_parts.h"

#include "base/error.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

struct parser {
	struct tokens tokens;
	struct condition *condition;
	size_t nested;
	struct error *err;
};

/* A comparison's tokens. */
struct said {
	struct token left, sign, right;
};

static int parse_or(struct parser *parser);

static int condition_step(struct parser *parser)
{
	return tokens_step(&parser->tokens, parser->err);
}

static struct step *condition_add_step(struct parser *parser, enum token_type type)
{
	struct step *added = ARRAY_ADD(parser->condition);

	*added = (struct step){ .type = type };
	return added;
}

static int ends(const struct parser *parser, const char *what)
{
	return error_set(parser->err, ERR_USAGE, "it ends at character %zu, where %s must follow",
		tokens_place(&parser->tokens, parser->tokens.now.at), what);
}

static int condition_wrong(const struct parser *parser, const char *what)
{
	return tokens_wrong(&parser->tokens, what, parser->err);
}

/* As `wrong`, of a token that is behind us. */
static int condition_wrong_at(struct parser *parser, struct token token, const char *what)
{
	parser->tokens.now = token;
	return condition_wrong(parser, what);
}

static int unknown_fact(const struct parser *parser)
{
	char *name = mem_copy(parser->tokens.now.at, parser->tokens.now.len);
	struct unknown unknown = { .given = name, .see = "'benchgate help alerting'" };
	struct buf what = BUF_INIT;

	for (const struct fact *fact = facts; fact->name; fact++)
		unknown_offer(&unknown, fact->name);
	buf_adds(&what, "is not a known fact");
	unknown_add(&unknown, &what);
	if (!*unknown.best)
		buf_adds(&what, "; put a text in quotes");
	condition_wrong(parser, what.data);
	buf_release(&what);
	free(name);
	return -1;
}

static int parse_operand(struct parser *parser, struct operand *operand)
{
	const struct token *now = &parser->tokens.now;

	switch (now->type) {
	case TOKEN_WORD:
		operand->fact = fact_named(now->at, now->len);
		if (!operand->fact)
			return unknown_fact(parser);
		break;
	case TOKEN_TEXT:
		if (!now->len)
			return condition_wrong(parser, "is empty, but a fact never is");
		operand->text = mem_copy(now->at, now->len);
		break;
	case TOKEN_NUMBER:
		operand->number = now->number;
		break;
	case TOKEN_END:
		return ends(parser, "a fact, a number or a text");
	default:
		return condition_wrong(
			parser, "cannot be compared; there must be a fact, a number or a text");
	}
	return condition_step(parser);
}

bool operand_is_text(const struct operand *operand)
{
	return operand->fact ? operand->fact->kind == FACT_TEXT : operand->text != NULL;
}

static int check_sign(struct parser *parser, const struct step *compared, const struct said *said)
{
	bool texts = operand_is_text(&compared->left);

	if (!compared->left.fact && !compared->right.fact)
		return condition_wrong_at(parser, said->left,
			"is not compared with a fact; write a fact without quotes");
	if (texts != operand_is_text(&compared->right))
		return condition_wrong_at(parser, said->right,
			texts ? "is a number, but is compared with a text"
			      : "is a text, but is compared with a number");
	if (texts && said->sign.type < TOKEN_SAME)
		return condition_wrong_at(
			parser, said->sign, "compares numbers; texts have = != and ~");
	if (!texts && said->sign.type == TOKEN_LIKE)
		return condition_wrong_at(
			parser, said->sign, "compares texts; numbers have > >= < <= = and !=");
	if (said->sign.type == TOKEN_LIKE && !compared->right.text)
		return condition_wrong_at(parser, said->right,
			"is not a pattern; after ~ there must be one in quotes, such as 'hash*'");
	return 0;
}

/* What is written in other letters is put right. */
static bool is_word_of(const struct fact *fact, enum token_type sign, char *text)
{
	for (const char *const *word = fact->words; *word; word++) {
		if (sign == TOKEN_LIKE && str_glob(text, *word))
			return true;
		if (sign != TOKEN_LIKE && strcasecmp(text, *word) == 0) {
			memcpy(text, *word, strlen(text));
			return true;
		}
	}
	return false;
}

static int not_a_word(struct parser *parser, const struct fact *fact, struct token text)
{
	struct buf what = BUF_INIT;

	buf_addf(&what, "is not a value of %s; it must be one of", fact->name);
	for (const char *const *word = fact->words; *word; word++)
		buf_addf(&what, "%s '%s'", word == fact->words ? "" : ",", *word);
	condition_wrong_at(parser, text, what.data);
	buf_release(&what);
	return -1;
}

/* What a fact is compared with. */
static int condition_check_literal(struct parser *parser, const struct fact *fact,
	struct operand *other, struct token token, enum token_type sign)
{
	if (!fact || other->fact)
		return 0;
	if (token.percent && !fact_is_percent(fact))
		return condition_wrong_at(parser, token,
			"has a %, but is compared with a fact that is not a percentage");
	if (fact->words && !is_word_of(fact, sign, other->text))
		return not_a_word(parser, fact, token);
	return 0;
}

static int parse_comparison(struct parser *parser)
{
	struct step *compared = condition_add_step(parser, TOKEN_SAME);
	struct said said;

	said.left = parser->tokens.now;
	if (parse_operand(parser, &compared->left))
		return -1;
	said.sign = parser->tokens.now;
	if (said.sign.type == TOKEN_END)
		return ends(parser, "one of > >= < <= = != ~");
	if (said.sign.type < TOKEN_OVER)
		return condition_wrong(parser,
			"is not compared with anything; there must be one of > >= < <= = != ~");
	compared->type = said.sign.type;
	if (condition_step(parser))
		return -1;
	said.right = parser->tokens.now;
	if (parse_operand(parser, &compared->right) || check_sign(parser, compared, &said))
		return -1;
	if (condition_check_literal(
		    parser, compared->left.fact, &compared->right, said.right, compared->type))
		return -1;
	return condition_check_literal(
		parser, compared->right.fact, &compared->left, said.left, compared->type);
}

static int enter(struct parser *parser)
{
	if (++parser->nested > CONDITION_MAX_NESTED)
		return condition_wrong(parser, "is nested too deep; at most 50 levels are allowed");
	return condition_step(parser);
}

static int parse_group(struct parser *parser)
{
	struct token open = parser->tokens.now;

	if (enter(parser) || parse_or(parser))
		return -1;
	parser->nested--;
	if (parser->tokens.now.type == TOKEN_END)
		return condition_wrong_at(parser, open, "has no closing )");
	if (parser->tokens.now.type != TOKEN_CLOSE)
		return condition_wrong(parser, "cannot stand here; there must be AND, OR or )");
	return condition_step(parser);
}

static int parse_not(struct parser *parser)
{
	if (parser->tokens.now.type == TOKEN_OPEN)
		return parse_group(parser);
	if (parser->tokens.now.type != TOKEN_NOT)
		return parse_comparison(parser);
	if (enter(parser) || parse_not(parser))
		return -1;
	parser->nested--;
	condition_add_step(parser, TOKEN_NOT);
	return 0;
}

static int parse_and(struct parser *parser)
{
	if (parse_not(parser))
		return -1;
	while (parser->tokens.now.type == TOKEN_AND) {
		if (condition_step(parser) || parse_not(parser))
			return -1;
		condition_add_step(parser, TOKEN_AND);
	}
	return 0;
}

static int parse_or(struct parser *parser)
{
	if (parse_and(parser))
		return -1;
	while (parser->tokens.now.type == TOKEN_OR) {
		if (condition_step(parser) || parse_and(parser))
			return -1;
		condition_add_step(parser, TOKEN_OR);
	}
	return 0;
}

static int condition_parse_whole(struct parser *parser)
{
	size_t len = strlen(parser->tokens.text);

	if (len > CONDITION_MAX)
		return error_set(parser->err, ERR_USAGE,
			"it is %zu bytes long; at most %d are allowed", len, CONDITION_MAX);
	if (condition_step(parser) || parse_or(parser))
		return -1;
	return parser->tokens.now.type == TOKEN_END
		? 0
		: condition_wrong(parser, "cannot stand here; there must be AND, OR or the end");
}

struct condition *condition_parse(const char *text, struct error *err)
{
	struct condition *condition = mem_alloc(1, sizeof *condition);
	struct parser parser = {
		.tokens = { .text = text, .next = text }, .condition = condition, .err = err
	};

	if (!condition_parse_whole(&parser))
		return condition;
	condition_free(condition);
	return NULL;
}

void condition_free(struct condition *condition)
{
	for (size_t i = 0; condition && i < condition->nr; i++) {
		free(condition->items[i].left.text);
		free(condition->items[i].right.text);
	}
	if (condition)
		ARRAY_RELEASE(condition);
	free(condition);
}
