/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/explain_account.h"

#include "base/array.h"
#include "base/str.h"

void explain_subject_trouble(struct explain_subject *subject, const char *side, const char *why)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s%s", side ? side : "", side ? ": " : "", why);
	str_set(&subject->trouble, text.data);
	buf_release(&text);
}

void explain_subject_clear(struct explain_subject *subject)
{
	char *name = subject->name, *note = subject->note;

	free(subject->trouble);
	free(subject->code_trouble);
	explanation_release(&subject->explanation);
	for (int side = 0; side < NR_SIDES; side++) {
		costs_release(&subject->costs[side]);
		machine_code_release(&subject->code[side]);
	}
	*subject = (struct explain_subject){ .name = name, .note = note };
}

void explain_account_release(struct explain_account *account)
{
	for (size_t i = 0; i < account->subjects.nr; i++) {
		explain_subject_clear(&account->subjects.items[i]);
		free(account->subjects.items[i].name);
		free(account->subjects.items[i].note);
	}
	ARRAY_RELEASE(&account->subjects);
	for (int side = 0; side < NR_SIDES; side++)
		free(account->said[side]);
	source_changes_release(&account->changes);
	free(account->tool);
	free(account->why);
}
