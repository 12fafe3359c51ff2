/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/command_runner.h"

#include "base/mem.h"
#include "base/str.h"
#include "harness/remote.h"
#include "sys/clock.h"
#include "sys/environment.h"
#include "sys/process.h"
#include "sys/program.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT_WORDS ((size_t)4096)
#define KEPT_PRINTED ((size_t)32 << 20)
#define KEPT_RESULTS ((size_t)256 << 20)
#define SHOWN_WORDS 300
#define MIB 0x1p20
#define SHELL "/bin/sh"
/* Runs of a shell with nothing to do, whose median is what starting it takes. */
#define SHELL_RUNS 51

/* The last lines that it said, on one line, for a reason to end with. */
static void add_last_lines(const struct buf *said, struct fault *fault)
{
	const char *text = said->data;
	size_t len = said->len, start = 0, at = strlen(fault->reason);
	struct buf lines = BUF_INIT;

	while (len && strchr(" \n\r\t", text[len - 1]))
		len--;
	if (len > SHOWN_WORDS)
		start = len - SHOWN_WORDS;
	for (size_t i = start; start && i < len; i++)
		if (text[i] == '\n') {
			start = i + 1;
			break;
		}
	for (size_t i = start; i < len; i++)
		if (text[i] == '\n')
			buf_adds(&lines, " | ");
		else if (text[i])
			buf_addc(&lines, text[i]);
	if (lines.len)
		snprintf(
			fault->reason + at, sizeof fault->reason - at, "; it said: %s", lines.data);
	buf_release(&lines);
}

static void killed_by(
	const struct command_runner *runner, const struct spawn_end *end, struct fault *fault)
{
	const struct plan *plan = runner->plan;

	if (plan->memory_limit && (double)end->used.peak_bytes >= 0.9 * (double)plan->memory_limit)
		fault_set(fault, RESULT_OUT_OF_MEMORY,
			"probably beyond the memory limit of %.4g MiB: %s with %.4g MiB in use",
			(double)plan->memory_limit / MIB, process_signal_name(end->number),
			(double)end->used.peak_bytes / MIB);
	else if (end->number == SIGKILL)
		fault_set(fault, RESULT_CRASHED,
			"killed with SIGKILL, perhaps by the kernel because memory ran out (%.4g MiB in use)",
			(double)end->used.peak_bytes / MIB);
	else
		fault_set(fault, end->number == SIGABRT ? RESULT_ABORTED : RESULT_CRASHED, "%s",
			process_signal_name(end->number));
}

/* `what` stands in front: "its setup: ", or "". */
static int fault_of(const struct command_runner *runner, const struct spawn *spawn,
	const struct spawn_end *end, const char *what, struct fault *fault)
{
	char reason[sizeof fault->reason];

	switch (end->how) {
	case SPAWN_EXITED:
		fault_set(fault, RESULT_EXITED, "with status %d", end->number);
		break;
	case SPAWN_KILLED:
		killed_by(runner, end, fault);
		break;
	case SPAWN_STOPPED:
		fault_set(fault, RESULT_EXITED,
			"stopped by signal %d, as a program is that reads from a terminal: there is none; it was killed",
			end->number);
		break;
	case SPAWN_TIMED_OUT:
		fault_set(fault, RESULT_TIMED_OUT,
			"still running after %.4g s; it was killed, and all that it had started",
			(double)spawn->timeout_ns / CLOCK_NS_PER_S);
		break;
	case SPAWN_TOO_LONG:
		fault_set(fault, RESULT_WRONG, "it printed more than %zu MiB",
			runner->printed.max >> 20);
		break;
	case SPAWN_INTERRUPTED:
		return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
	case SPAWN_NOT_STARTED:
		return fault_set(fault, RESULT_NOT_LOADED, "%scannot start %s%s%s: %s", what,
			spawn->argv[0], spawn->folder ? " in " : "",
			spawn->folder ? spawn->folder : "", strerror(end->number));
	}
	snprintf(reason, sizeof reason, "%s", fault->reason);
	fault_set(fault, fault->word, "%s%s", what, reason);
	add_last_lines(&runner->said, fault);
	if (runner->plan->sandbox)
		snprintf(fault->reason + strlen(fault->reason),
			sizeof fault->reason - strlen(fault->reason), "%s",
			sandbox_hint(fault->reason));
	return -1;
}

static void close_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* A file of the command's, as a shell in its folder would open it; but a pipe that has no other end
 * yet would keep us for ever. */
static int open_file(
	const struct command_runner *runner, const char *path, int flags, struct fault *fault)
{
	const char *folder = runner->bench->command->folder;
	struct buf whole = BUF_INIT;
	int fd;

	if (folder && *path != '/')
		buf_addf(&whole, "%s/", folder);
	buf_adds(&whole, path);
	fd = open(whole.data, flags | O_CLOEXEC | O_NONBLOCK, 0666);
	if (fd < 0)
		fault_set(fault, RESULT_NOT_LOADED, "cannot open %s: %s", whole.data,
			errno == ENXIO ? "nobody reads from this pipe" : strerror(errno));
	else
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	buf_release(&whole);
	return fd;
}

/* What is opened for one run. */
struct files {
	int input, output, errors;
};

static int open_output(
	const struct command_runner *runner, const char *path, bool appends, struct fault *fault)
{
	return open_file(runner, path, O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC), fault);
}

static int open_redirected(
	const struct command_runner *runner, struct files *files, struct fault *fault)
{
	const struct bench_command *command = runner->bench->command;

	*files = (struct files){ -1, -1, -1 };
	if (command->input &&
		(files->input = open_file(runner, command->input, O_RDONLY, fault)) < 0)
		return -1;
	if (command->output &&
		(files->output = open_output(
			 runner, command->output, command->output_appends, fault)) < 0)
		return -1;
	if (command->errors &&
		(files->errors = open_output(
			 runner, command->errors, command->errors_append, fault)) < 0)
		return -1;
	return 0;
}

static void close_redirected(const struct files *files)
{
	close_end(files->input);
	close_end(files->output);
	close_end(files->errors);
}

static struct spawn terms(const struct command_runner *runner, char *const *argv)
{
	const struct plan *plan = runner->plan;
	const struct bench_command *command = runner->bench->command;

	return (struct spawn){ .argv = argv,
		.environment = runner->environment,
		.folder = command->folder,
		.input = runner->nothing,
		.output = runner->nothing,
		.errors = runner->errors[1],
		.memory_limit = plan->memory_limit,
		.steady = runner->valgrind != NULL,
		.place = { plan->sandbox, { runner->scratch.path, NULL } },
		.timeout_ns = command->timeout_ns ? command->timeout_ns : plan->timeout_ns };
}

/* What is run around it prints for its last words alone. */
enum around { AROUND_SETUP, AROUND_RUN, AROUND_CLEANUP };

static int run_around(
	struct command_runner *runner, const char *text, enum around when, struct fault *fault)
{
	static const char *const what[] = { [AROUND_SETUP] = "its setup: ",
		[AROUND_RUN] = "its preparation: ",
		[AROUND_CLEANUP] = "its cleanup: " };
	char *argv[] = { (char[]){ SHELL }, (char[]){ "-c" }, (char *)text, NULL };
	struct spawn spawn = terms(runner, argv);
	struct spawn_pipe pipe = { runner->errors[0], &runner->said, false };
	struct spawn_end end;

	spawn.output = runner->errors[1];
	spawn.memory_limit = 0;
	spawn.leaves_children = when == AROUND_SETUP;
	spawn.undisturbed = when == AROUND_CLEANUP;
	buf_clear(&runner->said);
	spawn_run(&spawn, &pipe, 1, &end);
	if (end.how == SPAWN_EXITED && !end.number)
		return 0;
	return fault_of(runner, &spawn, &end, what[when], fault);
}

int command_runner_set_up(struct command_runner *runner, struct fault *fault)
{
	struct bench_command *command = runner->bench->command;

	if (command->is_set_up)
		return 0;
	command->is_set_up = true;
	if (!command->setup)
		return 0;
	if (run_around(runner, command->setup, AROUND_SETUP, fault))
		return -1;
	process_spare();
	return 0;
}

static int compare_times(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median_of_runs(uint64_t *values)
{
	qsort(values, SHELL_RUNS, sizeof *values, compare_times);
	return values[SHELL_RUNS / 2];
}

/* What starting a shell takes: of one that has nothing to do. Found out once. */
static const struct spawn_end *shell_start(struct command_runner *runner)
{
	static struct spawn_end known;
	uint64_t wall[SHELL_RUNS], user[SHELL_RUNS], system_ns[SHELL_RUNS];
	char *argv[] = { (char[]){ SHELL }, (char[]){ "-c" }, (char[]){ "" }, NULL };
	struct spawn spawn = terms(runner, argv);

	for (size_t i = 0; !known.wall_ns && i < SHELL_RUNS; i++) {
		struct spawn_end end;

		spawn_run(&spawn, NULL, 0, &end);
		wall[i] = end.wall_ns - end.kept_ns;
		user[i] = end.used.user_ns;
		system_ns[i] = end.used.system_ns;
	}
	if (!known.wall_ns) {
		known.wall_ns = median_of_runs(wall);
		known.used.user_ns = median_of_runs(user);
		known.used.system_ns = median_of_runs(system_ns);
	}
	return &known;
}

static void subtract(uint64_t *from, uint64_t part)
{
	*from = *from > part ? *from - part : 0;
}

static void subtract_shell(struct command_runner *runner, struct spawn_end *end)
{
	const struct spawn_end *start = shell_start(runner);

	end->wall_ns -= end->kept_ns;
	end->kept_ns = 0;
	subtract(&end->wall_ns, start->wall_ns);
	/* A time of nothing has no ratio. */
	end->wall_ns += !end->wall_ns;
	subtract(&end->used.user_ns, start->used.user_ns);
	subtract(&end->used.system_ns, start->used.system_ns);
}

static int run_timed(struct command_runner *runner, const struct files *files,
	struct spawn_end *end, struct fault *fault)
{
	struct bench_command *command = runner->bench->command;
	struct spawn spawn = terms(runner, runner->argv);
	struct spawn_pipe pipes[] = { { runner->errors[0], &runner->said, false },
		{ runner->output[0], &runner->printed, command->is_tool } };

	if (files->input >= 0)
		spawn.input = files->input;
	if (files->output >= 0)
		spawn.output = files->output;
	else if (runner->output[1] >= 0)
		spawn.output = runner->output[1];
	if (files->errors >= 0)
		spawn.errors = files->errors;
	else if (command->errors_to_output)
		spawn.errors = spawn.output;
	spawn_run(&spawn, pipes, runner->output[0] >= 0 ? 2 : 1, end);
	process_sweep();
	if (end->how != SPAWN_EXITED || !bench_command_is_good(command, end->number))
		return fault_of(runner, &spawn, end, "", fault);
	/* With the shell's: how many runs there is time for. */
	command->run_ns = fmax((double)end->wall_ns, 1);
	if (command->shell)
		subtract_shell(runner, end);
	return 0;
}

int command_runner_run(struct command_runner *runner, struct spawn_end *end, struct fault *fault)
{
	const struct bench_command *command = runner->bench->command;
	struct files files;
	int rc;

	if (command->prepare && run_around(runner, command->prepare, AROUND_RUN, fault))
		return -1;
	buf_clear(&runner->said);
	buf_clear(&runner->printed);
	rc = open_redirected(runner, &files, fault);
	if (!rc)
		rc = run_timed(runner, &files, end, fault);
	close_redirected(&files);
	return rc;
}

/* The path of its program, from its folder. */
static char *find_program(const struct bench_command *command)
{
	const char *name = command->shell ? SHELL : command->words.items[0];

	/* Whether it is there is for its folder to say. */
	return strchr(name, '/') ? str_dup(name) : program_find(name);
}

static int check_program(const struct bench_command *command, struct error *err)
{
	const char *name = command->words.items[0];
	char *path = program_find(name);
	int rc = path ? 0 : -1;

	free(path);
	if (rc)
		error_set(err, ERR_USAGE,
			"cannot find the program %.200s of the command '%.200s'%s", name,
			command->text,
			strchr(name, '/') ? ": it is no file that can be started"
					  : " in the folders of PATH");
	return rc;
}

int command_runner_find_programs(const struct benches *benches, struct error *err)
{
	for (size_t i = 0; i < benches->nr; i++) {
		const struct bench_command *command = benches->items[i].command;

		if (command && !command->is_tool && !command->shell && check_program(command, err))
			return -1;
	}
	return 0;
}

#define NR_CALLGRIND 8

/* What goes before the command. Returns where that is to stand. */
static char **add_callgrind(const struct command_runner *runner, char **argv)
{
	static const char *const options[] = { "--tool=callgrind", "-q", "--vgdb=no",
		"--trace-children=yes", "--cache-sim=no", "--branch-sim=no", NULL };

	*argv++ = (char *)runner->valgrind;
	for (size_t i = 0; options[i]; i++)
		*argv++ = (char *)options[i];
	*argv++ = runner->out_file.data;
	return argv;
}

static void fill_argv(struct command_runner *runner)
{
	const struct bench_command *command = runner->bench->command;
	static char minus_c[] = "-c";
	char **argv;

	free(runner->argv);
	runner->argv = argv = mem_alloc(command->words.nr + 4 + NR_CALLGRIND, sizeof(char *));
	if (runner->valgrind)
		argv = add_callgrind(runner, argv);
	argv[0] = runner->program;
	if (command->shell) {
		argv[1] = minus_c;
		argv[2] = command->text;
	}
	for (size_t i = 1; i < command->words.nr; i++)
		argv[i] = command->words.items[i];
}

static void fill_environment(struct command_runner *runner)
{
	bool is_side = runner->side || runner->bench->command->is_tool;
	const char *unset[8] = { "BENCHGATE_SIDE" };
	const char *set[5] = { NULL };
	size_t nr = 0;

	for (size_t i = 0; is_side && environment_shared_folders[i]; i++)
		unset[i + 1] = environment_shared_folders[i];
	buf_clear(&runner->side_variable);
	buf_clear(&runner->folder_variable);
	if (runner->side) {
		buf_addf(&runner->side_variable, "BENCHGATE_SIDE=%s", runner->side);
		set[nr++] = runner->side_variable.data;
	}
	if (runner->scratch.path) {
		buf_addf(&runner->folder_variable, "TMPDIR=%s", runner->scratch.path);
		set[nr++] = runner->folder_variable.data;
	}
	if (runner->round_variable.len)
		set[nr++] = runner->round_variable.data;
	if (runner->tunables.len)
		set[nr++] = runner->tunables.data;
	free(runner->environment);
	runner->environment = environment_with(unset, set, runner->plan->sandbox);
}

int command_runner_set_round(struct command_runner *runner, uint64_t round)
{
	buf_clear(&runner->round_variable);
	buf_addf(&runner->round_variable, "BENCHGATE_ROUND=%" PRIu64, round);
	fill_environment(runner);
	return 0;
}

static int open_ends(struct command_runner *runner, struct error *err)
{
	runner->nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (runner->nothing < 0)
		return error_set(err, ERR_IO, "cannot open /dev/null: %s", strerror(errno));
	if (spawn_open_pipe(runner->errors, err))
		return -1;
	if ((runner->bench->command->printed || runner->bench->command->is_tool) &&
		spawn_open_pipe(runner->output, err))
		return -1;
	return runner->plan->sandbox ? scratch_make(&runner->scratch, err) : 0;
}

int command_runner_open(struct command_runner *runner, const struct bench *bench,
	const struct plan *plan, const char *side, struct fault *fault)
{
	struct error err = ERROR_INIT;

	*runner = (struct command_runner)COMMAND_RUNNER_INIT;
	runner->bench = bench;
	runner->plan = plan;
	runner->side = side;
	runner->said.max = KEPT_WORDS;
	runner->printed.max = bench->command->is_tool ? KEPT_RESULTS : KEPT_PRINTED;
	if (open_ends(runner, &err))
		return fault_set(fault, RESULT_NOT_LOADED, "%s", err.text);
	runner->program = find_program(bench->command);
	if (!runner->program)
		return fault_set(fault, RESULT_NOT_LOADED, "cannot find the program %s",
			bench->command->words.items[0]);
	fill_environment(runner);
	fill_argv(runner);
	return 0;
}

int command_runner_count_by(struct command_runner *runner, const char *valgrind, struct error *err)
{
	if (!runner->scratch.path && scratch_make(&runner->scratch, err))
		return -1;
	runner->valgrind = valgrind;
	buf_addf(&runner->out_file, "--callgrind-out-file=%s/%%p" COMMAND_RUNNER_COUNTS,
		runner->scratch.path);
	remote_add_tunables(&runner->tunables);
	fill_environment(runner);
	fill_argv(runner);
	runner->padding = environment_pad(&runner->environment, runner->argv);
	return 0;
}

void command_runner_close(struct command_runner *runner)
{
	for (int i = 0; i < 2; i++) {
		close_end(runner->errors[i]);
		close_end(runner->output[i]);
	}
	close_end(runner->nothing);
	scratch_remove(&runner->scratch);
	buf_release(&runner->side_variable);
	buf_release(&runner->folder_variable);
	buf_release(&runner->round_variable);
	buf_release(&runner->out_file);
	buf_release(&runner->tunables);
	buf_release(&runner->said);
	buf_release(&runner->printed);
	free(runner->argv);
	free(runner->environment);
	free(runner->padding);
	free(runner->program);
}

static void clean_up(const struct bench *bench, const struct plan *plan)
{
	struct fault fault = FAULT_INIT;
	struct command_runner runner;

	bench->command->is_set_up = false;
	if (!bench->command->cleanup)
		return;
	if (command_runner_open(&runner, bench, plan, NULL, &fault) ||
		run_around(&runner, bench->command->cleanup, AROUND_CLEANUP, &fault))
		fprintf(stderr, "benchgate: %s: %s\n", bench->name, fault.reason);
	command_runner_close(&runner);
}

void command_runner_clean_up(const struct benches *benches, const struct plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < benches->nr; i++) {
		const struct bench *bench = &benches->items[i];

		if (!bench->command || !bench->command->is_set_up)
			continue;
		clean_up(bench, plan);
		any = true;
	}
	if (!any)
		return;
	process_spare_none();
	process_sweep();
}
