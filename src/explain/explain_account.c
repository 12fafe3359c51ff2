/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/explain_account.h"

#include "base/array.h"

void explain_account_release(struct explain_account *account)
{
	for (size_t i = 0; i < account->subjects.nr; i++) {
		struct explain_subject *subject = &account->subjects.items[i];

		free(subject->name);
		free(subject->trouble);
		free(subject->code_trouble);
		explanation_release(&subject->explanation);
		for (int side = 0; side < NR_SIDES; side++) {
			costs_release(&subject->costs[side]);
			machine_code_release(&subject->code[side]);
		}
	}
	ARRAY_RELEASE(&account->subjects);
	for (int side = 0; side < NR_SIDES; side++)
		free(account->said[side]);
	source_changes_release(&account->changes);
	free(account->tool);
}
