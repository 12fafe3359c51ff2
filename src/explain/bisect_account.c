/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/bisect_account.h"

#include "base/array.h"

void bisect_account_release(struct bisect_account *account)
{
	for (size_t i = 0; i < account->commits.nr; i++) {
		struct bisect_commit *commit = &account->commits.items[i];

		free(commit->hash);
		free(commit->author);
		free(commit->date);
		free(commit->subject);
		free(commit->trouble);
	}
	for (size_t i = 0; i < account->subjects.nr; i++) {
		free(account->subjects.items[i].name);
		free(account->subjects.items[i].metric);
		bisect_release(&account->subjects.items[i].search);
	}
	ARRAY_RELEASE(&account->commits);
	ARRAY_RELEASE(&account->subjects);
	bisect_steps_release(&account->steps);
	free(account->good);
	free(account->bad);
	free(account->note);
}
