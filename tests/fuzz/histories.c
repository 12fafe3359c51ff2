/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a history keeps in packed form, and the text that it is exported to. */
#include "fuzz/fuzz.h"

#include "base/error.h"
#include "base/texts.h"
#include "store/history_copy.h"
#include "store/points.h"
#include "store/run_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT_BYTES ((size_t)1 << 20)

/* Returns how many runs it has. */
static size_t fill_history(struct history *history, const char *text, struct error *err)
{
	struct history_copied copied = { 0 };

	if (history_parse(history, text, &copied, err))
		fuzz_check_error(err, text);
	return copied.nr_new;
}

static struct history *open_history(void)
{
	struct error err = ERROR_INIT;
	struct history *history = history_open(":memory:", DB_MAY_NEW, &err);

	if (!history)
		fuzz_fail(err.text, "");
	return history;
}

static void print_history(struct history *history, struct buf *text)
{
	struct history_runs runs = { 0 };
	const struct history_filter all = { .said = NULL };
	struct error err = ERROR_INIT;
	struct buf faults = BUF_INIT;
	size_t nr_faults = 0;

	if (history_list(history, &all, &runs, &err) || history_print(history, &runs, text, &err) ||
		history_check(history, &faults, &nr_faults, &err))
		fuzz_fail(err.text, text->data);
	fuzz_check(!nr_faults, "damaged", faults.data);
	buf_release(&faults);
	history_runs_release(&runs);
}

/* What was taken comes back from the text that is made of it. */
static void comes_back(struct history *history)
{
	struct error err = ERROR_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct history *again = open_history();

	print_history(history, &first);
	fill_history(again, first.data, &err);
	fuzz_check(err.kind == ERR_NONE, err.text, first.data);
	print_history(again, &second);
	fuzz_check(strcmp(first.data, second.data) == 0, "another history", first.data);
	history_close(again);
	buf_release(&first);
	buf_release(&second);
}

static void check_text(const char *bytes)
{
	struct error err = ERROR_INIT;
	struct history *history;

	if (!history_is_text(bytes))
		return;
	history = open_history();
	if (fill_history(history, bytes, &err))
		comes_back(history);
	history_close(history);
}

static void check_points(const char *bytes, size_t len)
{
	struct points points = { 0 }, again = { 0 };
	struct buf packed = BUF_INIT;

	if (points_read(bytes, len, &points)) {
		for (size_t i = 0; i < points.nr; i++)
			fuzz_check(isfinite(points.items[i].value) && points.items[i].key > 0 &&
					(!i || points.items[i - 1].key < points.items[i].key),
				"no point", "");
		points_add(points.items, points.nr, 0, &packed);
		fuzz_check(points_read(packed.data, packed.len, &again) && again.nr == points.nr,
			"other points", "");
	}
	free(points.items);
	free(again.items);
	buf_release(&packed);
}

static int keep_shape(void *context, const char *shape, size_t len, int64_t *number)
{
	struct texts *texts = context;

	(void)len;
	texts_add(texts, shape);
	*number = (int64_t)texts->nr;
	return 0;
}

static int find_shape(void *context, int64_t number, struct buf *shape)
{
	const struct texts *texts = context;

	if (number < 1 || (uint64_t)number > texts->nr)
		return -1;
	buf_adds(shape, texts->items[number - 1]);
	return 0;
}

/* The first byte is the length of the packed text; the shape of number 1 stands behind it. */
static void check_packed(const char *bytes, size_t len)
{
	struct texts texts = { 0 };
	struct shapes shapes = { &texts, keep_shape, find_shape };
	struct buf text = BUF_INIT_MAX(MAX_TEXT_BYTES);
	size_t packed = (unsigned char)*bytes;
	bool damaged = false;

	if (packed < len) {
		texts_add(&texts, bytes + 1 + packed);
		run_text_unpack(bytes + 1, packed, &shapes, &text, &damaged);
		fuzz_check(text.len <= MAX_TEXT_BYTES, "too much", "");
	}
	buf_release(&text);
	texts_release(&texts);
}

/* Any text but one with a hole in it comes back byte for byte. */
static void check_round_trip(const char *bytes)
{
	struct texts texts = { 0 };
	struct shapes shapes = { &texts, keep_shape, find_shape };
	struct buf given = BUF_INIT, packed = BUF_INIT, text = BUF_INIT;
	bool damaged = false;

	buf_adds(&given, bytes);
	if (!run_text_pack(&given, &shapes, &packed)) {
		fuzz_check(!run_text_unpack(packed.data, packed.len, &shapes, &text, &damaged),
			"it does not come back", bytes);
		fuzz_check(strcmp(text.data, bytes) == 0, "another text comes back", bytes);
	}
	buf_release(&given);
	buf_release(&packed);
	buf_release(&text);
	texts_release(&texts);
}

/* The first byte says what the others are. */
void fuzz_history(const char *bytes, size_t len)
{
	if (!len)
		return;
	switch (*bytes) {
	case 'p':
		check_points(bytes + 1, len - 1);
		break;
	case 's':
		check_packed(bytes + 1, len - 1);
		break;
	case 'r':
		check_round_trip(bytes + 1);
		break;
	default:
		check_text(bytes);
		break;
	}
}
