/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/condition_tokens.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Longer numbers are none that somebody means. */
#define MAX_NUMBER 40
/* Of what is wrong, so much is shown. */
#define MAX_SHOWN 60

/* The longer before what they begin with. */
static const struct {
	const char *text;
	enum token_type type;
} signs[] = {
	{ ">=", TOKEN_OVER_OR_SAME },
	{ ">", TOKEN_OVER },
	{ "<=", TOKEN_UNDER_OR_SAME },
	{ "<", TOKEN_UNDER },
	{ "==", TOKEN_SAME },
	{ "=", TOKEN_SAME },
	{ "!=", TOKEN_OTHER },
	{ "!", TOKEN_NOT },
	{ "~", TOKEN_LIKE },
	{ "&&", TOKEN_AND },
	{ "||", TOKEN_OR },
	{ "(", TOKEN_OPEN },
	{ ")", TOKEN_CLOSE },
};

static const struct {
	const char *text;
	enum token_type type;
} words[] = {
	{ "and", TOKEN_AND },
	{ "or", TOKEN_OR },
	{ "not", TOKEN_NOT },
};

#define NR(table) (sizeof(table) / sizeof *(table))

size_t tokens_place(const struct tokens *tokens, const char *at)
{
	size_t place = 1;

	for (const char *c = tokens->text; c < at; c++)
		place += ((unsigned char)*c & 0xc0) != 0x80;
	return place;
}

int tokens_wrong(const struct tokens *tokens, const char *what, struct error *err)
{
	const struct token *now = &tokens->now;
	size_t len = now->len < MAX_SHOWN ? now->len : MAX_SHOWN;
	char *word = mem_copy(now->at, len);
	struct buf shown = BUF_INIT;

	buf_add_printable(&shown, word);
	error_set(err, ERR_USAGE, "'%s' at character %zu %s", shown.data,
		tokens_place(tokens, now->at), what);
	buf_release(&shown);
	free(word);
	return -1;
}

static void condition_tokens_take(struct tokens *tokens, enum token_type type, size_t len)
{
	tokens->now = (struct token){ .type = type, .at = tokens->next, .len = len };
	tokens->next += len;
}

static int condition_tokens_take_text(struct tokens *tokens, struct error *err)
{
	const char *quote = tokens->next, *end = strchr(quote + 1, *quote);

	if (!end)
		return error_set(err, ERR_USAGE, "the text at character %zu has no closing %c",
			tokens_place(tokens, quote), *quote);
	tokens->next++;
	condition_tokens_take(tokens, TOKEN_TEXT, (size_t)(end - tokens->next));
	tokens->next = end + 1;
	return 0;
}

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A sign may stand behind the e of an exponent. */
static size_t number_len(const char *text)
{
	size_t len = 1;

	while (is_of_word(text[len]) || text[len] == '.' ||
		((text[len] == '-' || text[len] == '+') && strchr("eE", text[len - 1])))
		len++;
	return len;
}

static void take_percent(struct tokens *tokens)
{
	const char *at = tokens->next + strspn(tokens->next, " ");

	if (*at != '%')
		return;
	tokens->now.percent = true;
	tokens->next = at + 1;
}

static int condition_tokens_take_number(struct tokens *tokens, struct error *err)
{
	char digits[MAX_NUMBER + 1] = "";

	condition_tokens_take(tokens, TOKEN_NUMBER, number_len(tokens->next));
	if (tokens->now.len <= MAX_NUMBER)
		memcpy(digits, tokens->now.at, tokens->now.len);
	if (!str_to_double(digits, &tokens->now.number))
		return tokens_wrong(
			tokens, "is not a number; it must be one such as 5, -0.5 or 1e-3", err);
	take_percent(tokens);
	return 0;
}

static void take_word(struct tokens *tokens)
{
	size_t len = 0;

	while (is_of_word(tokens->next[len]))
		len++;
	condition_tokens_take(tokens, TOKEN_WORD, len);
	for (size_t i = 0; i < NR(words); i++)
		if (strlen(words[i].text) == len &&
			strncasecmp(words[i].text, tokens->now.at, len) == 0)
			tokens->now.type = words[i].type;
}

static int take_sign(struct tokens *tokens, struct error *err)
{
	size_t len = str_utf8_len(tokens->next);

	for (size_t i = 0; i < NR(signs); i++) {
		if (str_starts(tokens->next, signs[i].text)) {
			condition_tokens_take(tokens, signs[i].type, strlen(signs[i].text));
			return 0;
		}
	}
	condition_tokens_take(tokens, TOKEN_END, len ? len : 1);
	return tokens_wrong(tokens,
		"is not allowed here; a condition has facts, numbers, texts in quotes, > >= < <= = != ~, AND OR NOT and parentheses",
		err);
}

int tokens_step(struct tokens *tokens, struct error *err)
{
	char c;

	tokens->next += strspn(tokens->next, " \t\r\n");
	c = *tokens->next;
	if (!c)
		condition_tokens_take(tokens, TOKEN_END, 0);
	else if (c == '\'' || c == '"')
		return condition_tokens_take_text(tokens, err);
	else if (isdigit((unsigned char)c) || c == '-' || c == '.')
		return condition_tokens_take_number(tokens, err);
	else if (is_of_word(c))
		take_word(tokens);
	else
		return take_sign(tokens, err);
	return 0;
}
