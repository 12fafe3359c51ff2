/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/retold.h"

#include "session/baseline_file.h"
#include "session/names.h"

static int read_side(const struct retold *retold, struct side *side, struct error *err)
{
	struct side_options options = { .settings = &retold->settings, .wanted = SIDE_MEASURED };

	if (side_find(side, &options, NULL, err))
		return -1;
	if (side_can_be_measured(side))
		return error_set(err, ERR_USAGE,
			"%s was not measured yet: 'benchgate run' and 'benchgate compare' do that, and report too",
			side->said);
	return 0;
}

/* In turn with this base; or as run looked at its own; or as something else, all at once. */
static void take_base(struct retold *retold)
{
	struct run *head = &retold->head.run, *base = &retold->base.run;

	retold->judging.in_turn = run_is_in_turn_with(head, base);
	if (*base->id && !retold->judging.in_turn)
		baseline_file_forget_looks(head);
}

/* What merge kept knows which benchmarks were asked for. */
static void set_unasked_aside(struct base *base, const struct shard *shard)
{
	for (size_t i = 0; i < base->run.nr && shard->of == 1; i++) {
		struct result *result = &base->run.items[i];

		result->aside = !texts_have(&shard->selection, result->name) &&
			!texts_have(&shard->missing, result->name);
	}
}

static int retold_read_base(struct retold *retold, struct error *err)
{
	if (read_side(retold, &retold->base_side, err))
		return -1;
	retold->base.run = retold->base_side.run;
	retold->base_side.run = (struct run)RUN_INIT;
	if (base_complete(&retold->base, &retold->settings, &retold->head.run, err))
		return -1;
	take_base(retold);
	set_unasked_aside(&retold->base, &retold->head.run.shard);
	return 0;
}

int retold_read(struct retold *retold, const struct retold_options *options, const char *head,
	struct error *err)
{
	retold->head.said = head;
	retold->base_side.said = options->against;
	retold->base_side.is_base = true;
	retold->judging = (struct judging){ .policy = &retold->settings.policy,
		.head = &retold->head.run,
		.base = &retold->base,
		.allow_mismatch = options->allow_mismatch };
	if (read_side(retold, &retold->head, err))
		return -1;
	if (options->against && retold_read_base(retold, err))
		return -1;
	names_warn_of_run(&retold->settings, &retold->head.run, &retold->base.run);
	return 0;
}

struct verdict retold_verdict(const struct retold *retold)
{
	return judging_verdict(&retold->judging);
}

void retold_release(struct retold *retold)
{
	base_release(&retold->base);
	side_release(&retold->base_side);
	side_release(&retold->head);
	settings_release(&retold->settings);
}
