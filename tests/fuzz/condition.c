/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as a rule's condition, and as its message. */
#include "fuzz/fuzz.h"

#include "gate/condition_parts.h"
#include "gate/rules.h"
#include "support/subjects.h"

static struct subjects *fuzz_subjects(void)
{
	static struct subjects subjects;

	if (!subjects.verdict.nr)
		subjects_init(&subjects);
	return &subjects;
}

/* Of the comparisons, one in three has all there is: changes, budgets, nothing at all. */
#define FUZZ_STEP 3

/* Behind "character"; what is wrong may be quoted, and hold that word itself. */
static bool fuzz_has_place(const char *error, size_t len)
{
	for (const char *at = error; (at = strstr(at, "character "));) {
		unsigned long place = strtoul(at += strlen("character "), NULL, 10);

		if (place >= 1 && place <= len + 1)
			return true;
	}
	return strstr(error, " bytes long; at most ") != NULL;
}

/* One line, with a place in the text or just behind it. */
static void fuzz_error(const char *text, const struct error *err)
{
	fuzz_check(*err->text && fuzz_is_printable(err->text, false), "no good error", err->text);
	fuzz_check(err->kind == ERR_USAGE, "no usage error", text);
	fuzz_check(fuzz_has_place(err->text, strlen(text)), "no place", err->text);
}

/* The signs of a condition in two spellings, by token_type. */
static const char *const fuzz_signs[2][TOKEN_LIKE + 1] = {
	{ [TOKEN_AND] = " AND ",
		[TOKEN_OR] = " OR ",
		[TOKEN_NOT] = "NOT ",
		[TOKEN_OVER] = ">",
		[TOKEN_OVER_OR_SAME] = ">=",
		[TOKEN_UNDER] = "<",
		[TOKEN_UNDER_OR_SAME] = "<=",
		[TOKEN_SAME] = "=",
		[TOKEN_OTHER] = "!=",
		[TOKEN_LIKE] = "~" },
	{ [TOKEN_AND] = "\n&&",
		[TOKEN_OR] = " || ",
		[TOKEN_NOT] = "!",
		[TOKEN_OVER] = " > ",
		[TOKEN_OVER_OR_SAME] = "\t>= ",
		[TOKEN_UNDER] = " < ",
		[TOKEN_UNDER_OR_SAME] = " <= ",
		[TOKEN_SAME] = " == ",
		[TOKEN_OTHER] = " != ",
		[TOKEN_LIKE] = " ~ " },
};

static void fuzz_print_operand(const struct operand *operand, struct buf *out)
{
	char quote = operand->text && strchr(operand->text, '\'') ? '"' : '\'';

	if (operand->fact)
		buf_adds(out, operand->fact->name);
	else if (operand->text)
		buf_addf(out, "%c%s%c", quote, operand->text, quote);
	else
		buf_addf(out, "%.17g", operand->number);
}

/* A part of a condition, and the sign that binds least in it. */
struct fuzz_part {
	struct buf text;
	enum token_type type;
};

/* As one side of a sign: in parentheses only where it must be, so that it is nested no deeper than
 * it was. */
static void fuzz_add_part(struct fuzz_part *part, bool needs, struct buf *out)
{
	buf_addf(out, needs ? "(%s)" : "%s", part->text.data);
	buf_release(&part->text);
}

static bool fuzz_joins(enum token_type type)
{
	return type == TOKEN_AND || type == TOKEN_OR;
}

static struct fuzz_part fuzz_join(
	const struct step *step, struct fuzz_part *left, struct fuzz_part *right, size_t spelling)
{
	struct fuzz_part part = { BUF_INIT, step->type };

	if (step->type == TOKEN_NOT) {
		buf_adds(&part.text, fuzz_signs[spelling][TOKEN_NOT]);
		fuzz_add_part(right, fuzz_joins(right->type), &part.text);
	} else if (fuzz_joins(step->type)) {
		bool and = step->type == TOKEN_AND;

		fuzz_add_part(left, and&&left->type == TOKEN_OR, &part.text);
		buf_adds(&part.text, fuzz_signs[spelling][step->type]);
		fuzz_add_part(right, right->type == step->type || (and&&right->type == TOKEN_OR),
			&part.text);
	} else {
		fuzz_print_operand(&step->left, &part.text);
		buf_adds(&part.text, fuzz_signs[spelling][step->type]);
		fuzz_print_operand(&step->right, &part.text);
	}
	return part;
}

/* The condition as text again. */
static struct buf fuzz_print(const struct condition *condition, size_t spelling)
{
	struct fuzz_part *parts = mem_alloc(condition->nr + 1, sizeof *parts);
	struct buf text;
	size_t nr = 0;

	for (size_t i = 0; i < condition->nr; i++) {
		const struct step *step = &condition->items[i];
		size_t takes = fuzz_joins(step->type) ? 2 : step->type == TOKEN_NOT;

		if (takes > nr)
			fuzz_fail("nothing to join", "");
		nr -= takes;
		parts[nr] = fuzz_join(step, &parts[nr], &parts[nr + (takes > 1)], spelling);
		nr++;
	}
	fuzz_check(nr == 1, "not one condition", "");
	text = parts->text;
	free(parts);
	return text;
}

static bool fuzz_same_operand(const struct operand *a, const struct operand *b)
{
	return a->fact == b->fact && a->number == b->number &&
		strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

static bool fuzz_same(const struct condition *a, const struct condition *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++)
		if (a->items[i].type != b->items[i].type ||
			!fuzz_same_operand(&a->items[i].left, &b->items[i].left) ||
			!fuzz_same_operand(&a->items[i].right, &b->items[i].right))
			return false;
	return true;
}

/* However it is spelt, it is the same. */
static void fuzz_reparse(const struct condition *condition)
{
	for (size_t spelling = 0; spelling < 2; spelling++) {
		struct buf text = fuzz_print(condition, spelling);
		struct error err = ERROR_INIT;
		struct condition *again = condition_parse(text.data, &err);

		if (again)
			fuzz_check(fuzz_same(condition, again), "another condition", text.data);
		else
			fuzz_check(text.len > CONDITION_MAX, err.text, text.data);
		condition_free(again);
		buf_release(&text);
	}
}

/* What a condition comes to for each comparison; `known` is false where it does not fit in the
 * bounds of one. */
struct fuzz_answers {
	bool known;
	bool holds[64];
};

static struct fuzz_answers fuzz_ask(const char *format, const char *text)
{
	struct subjects *subjects = fuzz_subjects();
	struct fuzz_answers answers = { .known = false };
	struct condition *condition;
	struct error err = ERROR_INIT;
	struct buf whole = BUF_INIT;

	for (; *format; format++)
		if (*format == '@')
			buf_addf(&whole, "(%s)", text);
		else
			buf_addc(&whole, *format);
	condition = condition_parse(whole.data, &err);
	if (!condition)
		fuzz_check(whole.len > CONDITION_MAX || strstr(err.text, " is nested too deep; "),
			err.text, whole.data);
	for (size_t i = 0; condition && i < subjects->verdict.nr; i += FUZZ_STEP) {
		subjects->one.comparison = &subjects->verdict.items[i];
		answers.holds[i] = condition_holds(condition, &subjects->one);
	}
	answers.known = condition != NULL;
	condition_free(condition);
	buf_release(&whole);
	return answers;
}

/* Laws of a logic of three values, with one more condition that is true, false or unknown by the
 * comparison: */
#define FUZZ_OTHER "(change_percent>0)"
static const struct {
	const char *left, *right; /* hold of the same comparisons */
} fuzz_laws[] = {
	{ "@", "NOT NOT @" },
	{ "@", "@ AND @" },
	{ "@", "@ OR @" },
	{ "@ AND NOT @", "@ AND NOT @ AND units<0" },
	{ "@ AND " FUZZ_OTHER, FUZZ_OTHER " AND @" },
	{ "@ OR " FUZZ_OTHER, FUZZ_OTHER " OR @" },
	{ "NOT (@ AND " FUZZ_OTHER ")", "NOT @ OR NOT " FUZZ_OTHER },
	{ "NOT (@ OR " FUZZ_OTHER ")", "NOT @ AND NOT " FUZZ_OTHER },
	{ "@ AND " FUZZ_OTHER " OR @", "@" },
	{ "@ AND confidence_level=95", "@" },
	{ "@ OR confidence_level!=95", "@" },
};

static void fuzz_laws_hold(const char *text)
{
	struct fuzz_answers it = fuzz_ask("@", text), not = fuzz_ask("NOT @", text);

	for (size_t i = 0; it.known && not .known && i < fuzz_subjects()->verdict.nr; i++)
		fuzz_check(!(it.holds[i] && not .holds[i]), "both it and its NOT", text);
	for (size_t i = 0; i < sizeof fuzz_laws / sizeof *fuzz_laws; i++) {
		struct fuzz_answers left = fuzz_ask(fuzz_laws[i].left, text);
		struct fuzz_answers right = fuzz_ask(fuzz_laws[i].right, text);

		if (left.known && right.known)
			fuzz_check(memcmp(left.holds, right.holds, sizeof left.holds) == 0,
				fuzz_laws[i].left, text);
	}
}

static void fuzz_as_condition(const char *text)
{
	struct error err = ERROR_INIT;
	struct condition *condition = condition_parse(text, &err);

	if (!condition) {
		fuzz_error(text, &err);
		return;
	}
	fuzz_reparse(condition);
	condition_free(condition);
	fuzz_laws_hold(text);
}

/* Words of a CI system are text, too: they are made harmless where they are shown. */
static bool fuzz_is_text(const char *text)
{
	for (const char *c = text; *c; c += str_utf8_len(c))
		if (!str_utf8_len(c) || (str_is_control(c) && !strchr("\n\t", *c)))
			return false;
	return true;
}

/* Each comparison has a message that can be read, the usual one too. */
static void fuzz_fill(const char *text)
{
	struct subjects *subjects = fuzz_subjects();

	for (size_t i = 0; i < subjects->verdict.nr; i += FUZZ_STEP) {
		struct buf filled = BUF_INIT;

		subjects->one.comparison = &subjects->verdict.items[i];
		rule_fill_message(text, &subjects->one, &filled);
		fuzz_check(fuzz_is_text(filled.data), "no good message", text);
		buf_release(&filled);
	}
}

/* With its braces doubled, a text says itself, but for commands to a CI system. */
static void fuzz_escape(const char *text)
{
	struct buf escaped = BUF_INIT, filled = BUF_INIT, harmless = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_adds(&harmless, text);
	buf_defuse(&harmless);
	for (const char *c = text; *c; c++) {
		if (*c == '{' || *c == '}')
			buf_addc(&escaped, *c);
		buf_addc(&escaped, *c);
	}
	rule_fill_message(escaped.data, &fuzz_subjects()->one, &filled);
	fuzz_check(strcmp(filled.data, harmless.data) == 0, "escaped", text);
	if (escaped.len <= RULE_MAX_MESSAGE)
		fuzz_check((rule_check_message(escaped.data, "m", &err) == 0) == fuzz_is_text(text),
			"fit to be read", text);
	buf_release(&harmless);
	buf_release(&escaped);
	buf_release(&filled);
}

static void fuzz_as_message(const char *text)
{
	struct error err = ERROR_INIT;

	if (rule_check_message(text, "m", &err) == 0)
		fuzz_fill(text);
	else
		fuzz_error(text, &err);
	fuzz_escape(text);
}

void fuzz_condition(const char *bytes, size_t len)
{
	(void)len;
	fuzz_as_condition(bytes);
	fuzz_as_message(bytes);
}
