/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/errand.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OUTPUT 4096

struct errand {
	struct program program;
	struct program_job job;
	struct buf output;
	bool runs;
};

struct errand *errand_start(const struct outlet *outlet, const struct json *body, struct error *err)
{
	struct errand *errand = mem_alloc(1, sizeof *errand);
	struct buf input = BUF_INIT;

	errand->output = (struct buf)BUF_INIT_MAX(MAX_OUTPUT);
	outlet->notifier->program(outlet, &errand->program);
	json_print_line(body, &input);
	errand->program.input = &input;
	errand->runs = !program_start(&errand->program, &errand->job, err);
	errand->program.input = NULL;
	buf_release(&input);
	if (errand->runs)
		return errand;
	errand_free(errand);
	return NULL;
}

static const char *last_line(struct buf *output)
{
	const char *start;

	while (output->len && strchr("\r\n \t", output->data[output->len - 1]))
		output->data[--output->len] = '\0';
	start = strrchr(output->data, '\n');
	return start ? start + 1 : output->data;
}

static void complain(struct errand *errand, const struct program_end *end, struct error *err)
{
	struct buf how = BUF_INIT, said = BUF_INIT;

	program_end_spell(&errand->program, end, &how);
	buf_add_printable(&said, last_line(&errand->output));
	error_set(err, ERR_IO, "the command %s%s%.300s", how.data, said.len ? ": " : "", said.data);
	buf_release(&how);
	buf_release(&said);
}

enum errand_end errand_wait(struct errand *errand, uint64_t until_ns, struct error *err)
{
	struct program_end end;

	if (!program_wait(&errand->job, until_ns, &errand->output, &end))
		return ERRAND_RUNS;
	errand->runs = false;
	if (program_is_fine(&end))
		return ERRAND_DONE;
	complain(errand, &end, err);
	return ERRAND_FAILED;
}

void errand_free(struct errand *errand)
{
	if (!errand)
		return;
	if (errand->runs)
		program_give_up(&errand->job, NULL);
	buf_release(&errand->output);
	free((void *)errand->program.argv);
	free(errand);
}
