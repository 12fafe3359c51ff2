/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explain_red.h"

#include "base/array.h"
#include "base/str.h"
#include "report/explanation_keep.h"
#include "report/explanation_words.h"

#include <string.h>

#define MAX_EXPLAINED 5

/* Those that have a comparison that regressed, each once, in the order of the verdict. */
static struct benches red_benches(
	const struct explaining *explaining, const struct verdict *verdict)
{
	struct benches red = { 0 };

	for (size_t i = 0; i < verdict->nr && red.nr < MAX_EXPLAINED; i++) {
		const struct comparison *comparison = &verdict->items[i];
		const char *name = comparison->head ? comparison->head->name : "";
		const struct bench *bench =
			benches_find(&explaining->catalogs[SIDE_HEAD]->benches, name);

		if (comparison->word == VERDICT_REGRESSION && bench && !bench->command &&
			benches_find(&explaining->catalogs[SIDE_BASE]->benches, name) &&
			!benches_find(&red, name))
			*ARRAY_ADD(&red) = *bench;
	}
	return red;
}

static void note_subject(const struct explain_account *account,
	const struct explain_subject *subject, struct result *result)
{
	struct buf note = BUF_INIT;

	if (subject->trouble) {
		buf_addf(&note, "not explained: %s", subject->trouble);
	} else {
		explanation_words_summary(&subject->explanation, &note);
		explanation_words_most(&subject->explanation, &note);
		if (account->changes.nr) {
			buf_adds(&note, "; ");
			source_changes_add_cause(&account->changes, &subject->explanation, &note);
		}
	}
	result_add_note(result, note.data);
	buf_release(&note);
}

static void keep_subject(const struct explain_account *account,
	const struct explain_subject *subject, const char *base_commit, struct result *result)
{
	if (subject->trouble)
		return;
	kept_explanation_free(result->explained);
	result->explained = mem_alloc(1, sizeof *result->explained);
	explanation_keep(account, subject, &explanation_small, result->explained);
	result->explained->base_commit = str_dup(base_commit);
}

void explain_red(const struct explaining *explaining, const char *folder,
	const struct verdict *verdict, struct run *head)
{
	struct benches red = red_benches(explaining, verdict);
	struct explain_account account = { .said = { NULL } };
	struct error err = ERROR_INIT;

	explaining_say_sides(explaining, &account);
	if (red.nr && explaining_take(explaining, &red, &account, &err) == 0)
		explaining_find_changes(explaining, folder, &account.changes);
	for (size_t i = 0; i < red.nr; i++) {
		struct result *result = run_find(head, red.items[i].name);
		struct buf note = BUF_INIT;

		if (i < account.subjects.nr) {
			note_subject(&account, &account.subjects.items[i], result);
			keep_subject(&account, &account.subjects.items[i],
				explaining->revisions[SIDE_BASE]->commit, result);
		} else if (err.kind) {
			buf_addf(&note, "not explained: %s", err.text);
			result_add_note(result, note.data);
		}
		buf_release(&note);
	}
	explain_account_release(&account);
	ARRAY_RELEASE(&red);
}
