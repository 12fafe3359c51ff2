/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/output.h"

#include "base/str.h"
#include "model/units.h"
#include "session/live_report.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int command_print(const struct buf *text, struct error *err)
{
	if (file_write_fd(STDOUT_FILENO, text->data, text->len) && errno != EPIPE)
		return error_set(
			err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

int command_page(const struct buf *text, struct error *err)
{
	return term_page(text->data) ? 0 : command_print(text, err);
}

int command_open_file(
	struct file_new *out, const char *path, struct command_file file, struct error *err)
{
	char *line;
	bool is_foreign;

	if (file_new_open(out, path, err))
		return -1;
	if (!out->temporary)
		return 0;
	line = file_line(path);
	is_foreign = line && *line && !str_starts(line, file.begins);
	free(line);
	if (!is_foreign)
		return 0;
	file_new_release(out);
	return error_set(err, ERR_USAGE,
		"%s exists, but is not a %s: choose another name, or remove it", path, file.what);
}

int command_open_out(struct file_new *out, const char *path, const char *option, struct error *err)
{
	if (!path)
		return 0;
	if (strcmp(path, "-") == 0)
		return error_set(err, ERR_USAGE,
			"--%s takes a file; for standard output say /dev/stdout", option);
	return command_open_file(out, path, (struct command_file){ "result file", "{" }, err);
}

#define BAR_WIDTH 20
#define PLAIN_EVERY_NS 10000000000u

struct progress_line progress_line(bool quiet, const char *color)
{
	return (struct progress_line){ .quiet = quiet,
		.terminal = term_is_terminal(STDERR_FILENO),
		.color = term_color(STDERR_FILENO, color),
		.width = term_width(STDERR_FILENO) };
}

static void output_draw_bar(const struct progress *progress, bool color, struct buf *out)
{
	size_t full =
		(size_t)(BAR_WIDTH * progress->nr_done / (progress->nr_all ? progress->nr_all : 1));

	buf_adds(out, color ? "\033[32m" : "");
	buf_fill(out, '#', full);
	buf_adds(out, color ? "\033[0m" : "");
	buf_fill(out, '.', BAR_WIDTH - full);
}

static void output_draw(
	const struct progress_line *line, const struct progress *progress, struct buf *out)
{
	struct buf left = BUF_INIT, name = BUF_INIT;
	size_t room;

	if (progress->nr_done || line->part)
		units_add_duration(&left, (double)progress->left_ns / 1e9);
	if (line->terminal) {
		output_draw_bar(progress, line->color, out);
		buf_addc(out, ' ');
	}
	if (line->part)
		buf_adds(out, line->part);
	else
		buf_addf(out, "%llu/%llu", (unsigned long long)progress->nr_done,
			(unsigned long long)progress->nr_all);
	if (left.len)
		buf_addf(out, ", %s left", left.data);
	if (progress->nr_beside)
		buf_addf(out, ", %zu at once", progress->nr_beside + 1);
	buf_adds(out, ": ");
	buf_add_printable(&name, progress->name);
	/* Cut where the terminal ends: a line that wraps cannot be drawn over. */
	room = line->width > BAR_WIDTH + 30 ? line->width - BAR_WIDTH - 30 : 0;
	if (!line->terminal || str_columns(name.data) <= room)
		buf_adds(out, name.data);
	buf_release(&name);
	buf_release(&left);
}

/* In time: how many of what there will be in all is not known. */
static struct progress of_whole(const struct progress_line *line, const struct progress *part)
{
	uint64_t elapsed_ns = clock_now_ns() - line->whole_start_ns;
	uint64_t done_ns = elapsed_ns < line->whole_ns ? elapsed_ns : line->whole_ns;

	return (struct progress){ .name = part->name,
		.nr_beside = part->nr_beside,
		.nr_done = done_ns,
		.nr_all = line->whole_ns,
		.elapsed_ns = elapsed_ns,
		.left_ns = line->whole_ns - done_ns };
}

void progress_tell(void *context, const struct progress *progress)
{
	struct progress_line *line = context;
	struct progress whole;
	struct buf out = BUF_INIT;

	live_report_progress(line->live, progress);
	if (line->quiet)
		return;
	if (line->part) {
		whole = of_whole(line, progress);
		progress = &whole;
	}
	if (line->terminal)
		buf_adds(&out, "\r\033[K");
	if (progress->name && line->terminal) {
		output_draw(line, progress, &out);
	} else if (progress->name && progress->elapsed_ns - line->last_ns >= PLAIN_EVERY_NS) {
		line->last_ns = progress->elapsed_ns;
		buf_adds(&out, "benchgate: ");
		output_draw(line, progress, &out);
		buf_addc(&out, '\n');
	}
	/* Progress that cannot be shown is no reason to stop. */
	(void)!file_write_fd(STDERR_FILENO, out.data, out.len);
	buf_release(&out);
}
