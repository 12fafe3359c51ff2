/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/pieces.h"

#include "base/str.h"
#include "session/baseline_file.h"
#include "session/pieces_parts.h"
#include "store/calibrations.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <inttypes.h>
#include <string.h>

static int read_piece(struct pieces *pieces, const char *path, struct error *err)
{
	struct piece *piece = ARRAY_ADD(pieces);
	bool is_result;

	*piece = (struct piece){
		.path = path, .head = RUN_INIT, .base = BASE_INIT, .calibration = CALIBRATION_INIT
	};
	if (baseline_file_read(path, &piece->head, &is_result, err))
		return -1;
	if (!is_result || !piece->head.shard.of)
		return error_set(err, ERR_USAGE,
			"%s is no shard: 'benchgate run --shard I/N --out FILE' writes one", path);
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;

	return (one->head.shard.index > other->head.shard.index) -
		(one->head.shard.index < other->head.shard.index);
}

int pieces_read(struct pieces *pieces, const struct words *paths, struct error *err)
{
	for (size_t i = 0; i < paths->nr; i++)
		if (read_piece(pieces, paths->items[i], err))
			return -1;
	if (pieces_check(pieces, err))
		return -1;
	qsort(pieces->items, pieces->nr, sizeof *pieces->items, by_index);
	pieces_note_absent(pieces);
	return 0;
}

/* With what it was timed in turn; else any that is of its machine. */
static bool is_base_of(const struct run *base, const struct run *head)
{
	char machines[2][ENV_MACHINE_MAX];

	if (*head->base_id)
		return run_is_in_turn_with(head, base);
	env_machine(&base->env, machines[0]);
	env_machine(&head->env, machines[1]);
	return strcmp(machines[0], machines[1]) == 0;
}

/* A file of that name stands before a baseline of that name. */
static int read_given(const char *said, const char *folder, struct run *run, struct error *err)
{
	struct buf path = BUF_INIT;
	bool is_result;
	int rc = 0;

	if (folder_lacks(said))
		rc = shelf_named_path(folder, said, &path, err);
	else
		buf_adds(&path, said);
	if (!rc)
		rc = baseline_file_read(path.data, run, &is_result, err);
	buf_release(&path);
	return rc;
}

/* One file may be the base of several. */
static int take_given(
	struct piece *piece, const char *said, const struct settings *settings, struct error *err)
{
	int rc = read_given(said, settings->baselines, &piece->base.run, err);

	if (!rc && is_base_of(&piece->base.run, &piece->head))
		return base_complete(&piece->base, settings, &piece->head, err);
	run_release(&piece->base.run);
	return rc;
}

static int find_base(struct piece *piece, const struct words *given,
	const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < given->nr && !piece->base.found; i++)
		if (take_given(piece, given->items[i], settings, err))
			return -1;
	if (piece->base.found || !piece->head.nr)
		return 0;
	if (*piece->head.base_id)
		return error_set(err, ERR_NO_BASE,
			"%s was measured in turn with a base that is not here: --against takes what compare wrote with --base-out",
			piece->path);
	return base_load_if_there(&piece->base, NULL, settings, &piece->head, err);
}

/* What run measured in turn stands beside its baseline. */
static bool was_in_turn(const struct run *head)
{
	if (*head->base_id)
		return true;
	for (size_t i = 0; i < head->nr; i++)
		if (head->items[i].duets.nr || head->items[i].identical)
			return true;
	return false;
}

/* Its own shard has noted what is missing; another may have, too. */
static void set_aside(struct piece *piece, struct texts *told)
{
	const struct texts *missing = &piece->head.shard.missing;

	for (size_t i = 0; i < piece->base.run.nr; i++) {
		struct result *result = &piece->base.run.items[i];

		result->aside =
			!texts_have(missing, result->name) || texts_have(told, result->name);
		if (!result->aside)
			texts_add(told, result->name);
	}
}

/* Where others have a baseline, the lack of one is not passed over. */
static void note_lack(struct piece *piece, const struct settings *settings)
{
	char machine[ENV_MACHINE_MAX];
	struct buf text = BUF_INIT;

	if (piece->base.found || !piece->head.nr)
		return;
	env_machine(&piece->head.env, machine);
	buf_addf(&text, "there is no baseline of its machine (%s) in %s", machine,
		settings->baselines);
	piece->base.mismatch = buf_detach(&text);
}

int pieces_find_bases(struct pieces *pieces, const struct words *given,
	const struct settings *settings, struct error *err)
{
	struct texts told = { 0 };
	int rc = 0;

	for (size_t i = 0; i < pieces->nr && !rc; i++) {
		struct piece *piece = &pieces->items[i];

		rc = find_base(piece, given, settings, err);
		if (!rc)
			rc = calibrations_read(
				settings->baselines, &piece->head.env, &piece->calibration, err);
		piece->in_turn = was_in_turn(&piece->head);
		set_aside(piece, &told);
	}
	for (size_t i = 0; i < pieces->nr && pieces_have_base(pieces); i++)
		note_lack(&pieces->items[i], settings);
	pieces_name_tiers(pieces);
	texts_release(&told);
	return rc;
}

bool pieces_have_base(const struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->nr; i++)
		if (pieces->items[i].base.found)
			return true;
	return false;
}

size_t pieces_count_machines(const struct pieces *pieces)
{
	struct texts machines = { 0 };
	char machine[ENV_MACHINE_MAX];
	size_t nr;

	for (size_t i = 0; i < pieces->nr; i++) {
		env_machine(&pieces->items[i].head.env, machine);
		if (!texts_have(&machines, machine))
			texts_add(&machines, machine);
	}
	nr = machines.nr;
	texts_release(&machines);
	return nr;
}

void pieces_release(struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->nr; i++) {
		struct piece *piece = &pieces->items[i];

		calibration_release(&piece->calibration);
		base_release(&piece->base);
		run_release(&piece->head);
	}
	run_release(&pieces->absent);
	free(pieces->claims);
	ARRAY_RELEASE(pieces);
}
