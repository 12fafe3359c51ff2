/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/condition_parts.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

static double number_of(const struct operand *operand, const struct subject *subject)
{
	return operand->fact ? operand->fact->number(subject) : operand->number;
}

static enum truth compare_numbers(const struct step *compared, const struct subject *subject)
{
	double left = number_of(&compared->left, subject);
	double right = number_of(&compared->right, subject);
	bool holds = false;

	if (isnan(left) || isnan(right))
		return TRUTH_UNKNOWN;
	switch (compared->type) {
	case TOKEN_OVER:
		holds = left > right;
		break;
	case TOKEN_OVER_OR_SAME:
		holds = left >= right;
		break;
	case TOKEN_UNDER:
		holds = left < right;
		break;
	case TOKEN_UNDER_OR_SAME:
		holds = left <= right;
		break;
	case TOKEN_SAME:
		holds = left == right;
		break;
	default:
		holds = left != right;
		break;
	}
	return holds ? TRUTH_YES : TRUTH_NO;
}

static void condition_holds_add_text(
	const struct operand *operand, const struct subject *subject, struct buf *out)
{
	if (operand->fact)
		operand->fact->text(subject, out);
	else
		buf_adds(out, operand->text);
}

static enum truth compare_texts(const struct step *compared, const struct subject *subject)
{
	struct buf left = BUF_INIT, right = BUF_INIT;
	enum truth truth = TRUTH_UNKNOWN;

	condition_holds_add_text(&compared->left, subject, &left);
	condition_holds_add_text(&compared->right, subject, &right);
	if (left.len && right.len) {
		bool same = compared->type == TOKEN_LIKE ? str_glob(right.data, left.data)
							 : strcmp(left.data, right.data) == 0;

		truth = same == (compared->type != TOKEN_OTHER) ? TRUTH_YES : TRUTH_NO;
	}
	buf_release(&left);
	buf_release(&right);
	return truth;
}

static enum truth condition_holds_compare(
	const struct step *compared, const struct subject *subject)
{
	return operand_is_text(&compared->left) ? compare_texts(compared, subject)
						: compare_numbers(compared, subject);
}

/* From the last step back. Kleene's logic: AND is the smaller, OR the larger, NOT the mirror. */
static enum truth weigh(
	const struct condition *condition, size_t *at, const struct subject *subject)
{
	const struct step *now = &condition->items[--*at];
	enum truth left, right;

	if (now->type == TOKEN_NOT)
		return TRUTH_YES - weigh(condition, at, subject);
	if (now->type != TOKEN_AND && now->type != TOKEN_OR)
		return condition_holds_compare(now, subject);
	right = weigh(condition, at, subject);
	left = weigh(condition, at, subject);
	return (now->type == TOKEN_AND) == (left < right) ? left : right;
}

static bool is_fact(const struct operand *operand, const char *name)
{
	return operand->fact && strcmp(operand->fact->name, name) == 0;
}

const char *condition_next_text(
	const struct condition *condition, const char *fact, size_t *at, bool *is_pattern)
{
	while (*at < condition->nr) {
		const struct step *now = &condition->items[(*at)++];

		*is_pattern = now->type == TOKEN_LIKE;
		if (is_fact(&now->left, fact) && now->right.text)
			return now->right.text;
		if (is_fact(&now->right, fact) && now->left.text)
			return now->left.text;
	}
	return NULL;
}

bool condition_holds(const struct condition *condition, const struct subject *subject)
{
	size_t at = condition->nr;

	return weigh(condition, &at, subject) == TRUTH_YES;
}
