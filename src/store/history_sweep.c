/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_sweep.h"

#include "base/array.h"
#include "store/run_text.h"

/* In the order of their numbers. */
struct shape_uses {
	struct shape_use {
		int64_t number;
		bool is_used;
	} * items;
	size_t nr, alloc;
};

static int list_shapes(struct db *db, struct shape_uses *uses, struct error *err)
{
	struct db_query *query = db_query(db, "SELECT id FROM shapes ORDER BY id", err);
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		*ARRAY_ADD(uses) = (struct shape_use){ db_int(query, 0), false };
		rc = 0;
	}
	db_query_free(query);
	return rc;
}

/* Numbers of a damaged file may be any. */
static void use_shapes(void *context, int64_t first, uint64_t nr)
{
	struct shape_uses *uses = context;
	size_t low = 0, high = uses->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (uses->items[middle].number < first)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < uses->nr && (uint64_t)uses->items[low].number - (uint64_t)first < nr; low++)
		uses->items[low].is_used = true;
}

static int find_used(struct db *db, struct shape_uses *uses, bool *damaged, struct error *err)
{
	struct db_query *query = db_query(db, "SELECT packed FROM texts", err);
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		size_t len;
		const void *packed = db_bytes(query, 0, &len);

		*damaged |= run_text_pieces(packed, len, use_shapes, uses) != 0;
		rc = 0;
	}
	db_query_free(query);
	return rc;
}

static int remove_unused(struct db *db, const struct shape_uses *uses, struct error *err)
{
	struct db_query *query = db_query(db, "DELETE FROM shapes WHERE id = ?", err);
	int rc = query ? 0 : -1;

	for (size_t i = 0; i < uses->nr && !rc; i++) {
		if (uses->items[i].is_used)
			continue;
		db_bind(query, "i", uses->items[i].number);
		rc = db_step(query, err);
	}
	db_query_free(query);
	return rc;
}

int history_sweep(struct db *db, struct error *err)
{
	struct shape_uses uses = { 0 };
	bool damaged = false;
	int rc = db_begin(db, err);

	if (rc)
		return -1;
	rc = list_shapes(db, &uses, err) || find_used(db, &uses, &damaged, err) ? -1 : 0;
	if (!rc && !damaged)
		rc = remove_unused(db, &uses, err);
	ARRAY_RELEASE(&uses);
	return db_end(db, rc, err);
}
