/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/remote.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/heap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_KEPT 4096
#define STOP_TIMEOUT_NS CLOCK_NS_PER_S
#define MIB 0x1p20

/* The last line that it printed, for a reason to end with: ": last said ...". */
static void add_last_words(const struct remote *remote, struct fault *fault)
{
	const char *text = remote->output.data;
	size_t len = remote->output.len, start;
	size_t at = strlen(fault->reason);

	while (len && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	for (start = len; start && text[start - 1] != '\n'; start--)
		;
	if (len > start + 200)
		start = len - 200;
	if (len > start)
		snprintf(fault->reason + at, sizeof fault->reason - at, "; it said: %.*s",
			(int)(len - start), text + start);
}

static int ran_out_of_memory(const struct remote *remote, struct fault *fault, const char *how)
{
	return fault_set(fault, RESULT_OUT_OF_MEMORY,
		"probably beyond the memory limit of %.4g MiB: %s with %.4g MiB in use",
		(double)remote->memory_limit / MIB, how, (double)remote->process.peak_bytes / MIB);
}

static int died_of_signal(const struct remote *remote, struct fault *fault)
{
	int signal = remote->process.signal;
	const char *name = process_signal_name(signal);
	bool near_limit = remote->memory_limit &&
		(double)remote->process.peak_bytes >= 0.9 * (double)remote->memory_limit;

	if (remote->out_of_memory || near_limit)
		return ran_out_of_memory(remote, fault, name);
	if (signal == SIGKILL)
		return fault_set(fault, RESULT_CRASHED,
			"killed with SIGKILL, probably by the kernel because memory ran out (%.4g MiB in use)",
			(double)remote->process.peak_bytes / MIB);
	if (signal == SIGABRT)
		return fault_set(fault, RESULT_ABORTED, "%s", name);
	return fault_set(fault, RESULT_CRASHED, "%s", name);
}

static int ended_early(struct remote *remote, struct fault *fault)
{
	if (remote->process.signal)
		died_of_signal(remote, fault);
	else if (remote->out_of_memory)
		ran_out_of_memory(remote, fault, "exited");
	else if (remote->process.status == WORKER_ABANDONED)
		fault_set(fault, RESULT_EXITED, "closed the channel to benchgate (descriptor %d)",
			PROCESS_CHILD_FD);
	else
		fault_set(fault, RESULT_EXITED, "with status %d, before measuring was complete",
			remote->process.status);
	add_last_words(remote, fault);
	return -1;
}

static int timed_out(struct remote *remote, struct fault *fault)
{
	process_end(&remote->process, &remote->output);
	fault_set(fault, RESULT_TIMED_OUT, "still running after %.4g s; its processes were killed",
		(double)remote->timeout_ns / CLOCK_NS_PER_S);
	add_last_words(remote, fault);
	return -1;
}

/* It no longer talks to us; usually because it is about to be gone. */
static int hung_up(struct remote *remote, struct fault *fault)
{
	uint64_t soon_ns = clock_awake_ns() + CLOCK_NS_PER_S;

	process_hang_up(&remote->process);
	switch (process_wait(&remote->process,
		soon_ns < remote->deadline_ns ? soon_ns : remote->deadline_ns, &remote->output)) {
	case PROCESS_ENDED:
		return ended_early(remote, fault);
	case PROCESS_INTERRUPTED:
		remote->interrupted = true;
		return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
	default:
		process_end(&remote->process, &remote->output);
		return fault_set(fault, RESULT_EXITED,
			"closed the channel to benchgate (descriptor %d)", PROCESS_CHILD_FD);
	}
}

static int could_not_send(struct remote *remote, struct fault *fault)
{
	process_end(&remote->process, &remote->output);
	return fault_set(fault, RESULT_EXITED, "cannot write to its process: %s",
		strerror(remote->channel.failed));
}

/* Reads once; -1 with the fault when nothing more will come. */
static int read_more(struct remote *remote, struct fault *fault)
{
	if (remote->channel.failed)
		return could_not_send(remote, fault);
	switch (process_wait(&remote->process, remote->deadline_ns, &remote->output)) {
	case PROCESS_READABLE:
		switch (channel_read(&remote->channel)) {
		case 1:
			return 0;
		case 0:
			return hung_up(remote, fault);
		default:
			return fault_set(fault, RESULT_NOT_LOADED,
				"does not keep to the worker protocol: a line of over %d bytes",
				MESSAGE_MAX_BYTES);
		}
	case PROCESS_ENDED:
		return ended_early(remote, fault);
	case PROCESS_TIMED_OUT:
		return timed_out(remote, fault);
	default:
		remote->interrupted = true;
		return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
	}
}

static int next_message(struct remote *remote, struct message *message, struct fault *fault)
{
	for (;;) {
		while (!channel_next(&remote->channel, message))
			if (read_more(remote, fault))
				return -1;
		if (!message_is(message, "memory"))
			break;
		remote->out_of_memory = true;
	}
	if (message_is(message, "wrong"))
		return fault_set(fault, RESULT_WRONG, "%s", message_text(message, 1));
	if (message_is(message, "error"))
		return fault_set(fault, RESULT_NOT_LOADED, "%s%s%s", message_text(message, 1),
			message->nr > 2 ? ": " : "", message_text(message, 2));
	return 0;
}

/* Once: what failed may come by here again with more in front. */
static void add_sandbox_hint(const struct remote *remote, struct fault *fault)
{
	size_t at = strlen(fault->reason);

	if (remote->sandbox && !strstr(fault->reason, "sandbox"))
		snprintf(fault->reason + at, sizeof fault->reason - at, "%s",
			sandbox_hint(fault->reason));
}

int remote_next(struct remote *remote, struct message *message, struct fault *fault)
{
	int rc = next_message(remote, message, fault);

	if (rc)
		add_sandbox_hint(remote, fault);
	return rc;
}

int remote_unexpected(const struct message *message, const char *word, struct fault *fault)
{
	return fault_set(fault, RESULT_NOT_LOADED,
		"does not keep to the worker protocol: said '%s', not '%s'",
		message_text(message, 0), word);
}

int remote_expect(
	struct remote *remote, const char *word, struct message *message, struct fault *fault)
{
	if (remote_next(remote, message, fault))
		return -1;
	if (message_is(message, word))
		return 0;
	return remote_unexpected(message, word, fault);
}

/* A program that says nothing of the protocol is not a suite. */
static int say_hello(struct remote *remote, struct fault *fault)
{
	struct message message;

	remote_put(remote, "hello", number_text(PROTOCOL_OLDEST).text,
		number_text(PROTOCOL_NEWEST).text);
	if (remote_expect(remote, "hello", &message, fault)) {
		if (fault->word == RESULT_EXITED)
			fault_set(fault, RESULT_NOT_LOADED,
				"not a benchgate suite: it exited with status %d instead of speaking the worker protocol",
				remote->process.status);
		if (fault->word == RESULT_NOT_LOADED)
			add_last_words(remote, fault);
		return -1;
	}
	remote->protocol = (uint32_t)message_number(&message, 1);
	if (remote->protocol < PROTOCOL_OLDEST || remote->protocol > PROTOCOL_NEWEST)
		return fault_set(fault, RESULT_NOT_LOADED,
			"speaks version %u of the worker protocol; this benchgate speaks %d to %d",
			remote->protocol, PROTOCOL_OLDEST, PROTOCOL_NEWEST);
	return 0;
}

/* What to start for a suite, and what to have it load; both owned. */
struct launch {
	char *program;
	char *library;    /* "" for none */
	const char *form; /* what remote->form will say */
};

/* A dynamic linker looks up a name without a slash among the system's libraries. */
static char *as_path(const char *name)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s%s", strchr(name, '/') ? "" : "./", name);
	return buf_detach(&path);
}

static int choose_launch(const char *source, struct launch *launch, struct fault *fault)
{
	struct error err = ERROR_INIT;
	const char *machine = "";
	enum file_program kind =
		*source ? file_program(source, &machine, &err) : FILE_PROGRAM_LIBRARY;

	if (kind == FILE_PROGRAM_NONE)
		return fault_set(fault, RESULT_NOT_LOADED, "%s", err.text);
	if (kind == FILE_PROGRAM_FOREIGN)
		return fault_set(fault, RESULT_NOT_LOADED,
			"built for %s, which is not this machine", machine);
	if (kind == FILE_PROGRAM_LIBRARY) {
		launch->program = process_own_path();
		launch->library = *source ? as_path(source) : str_dup("");
		launch->form = *source ? "shared object" : "program";
	} else {
		launch->program = as_path(source);
		launch->library = str_dup("");
		launch->form = "program";
	}
	if (!launch->program)
		return fault_set(
			fault, RESULT_NOT_LOADED, "cannot find the benchgate program itself");
	return 0;
}

/* The C library's choice among its own variants depends on the processor and the size of its
 * caches: one that every processor has, and sizes of none, make the same one everywhere. */
#define SAME_EVERYWHERE \
	"glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD,-AVX512ER,-AVX2,-AVX,-FMA,-FMA4,-BMI1,-BMI2,-LZCNT,-MOVBE,-POPCNT,-SSE4_2,-SSE4_1,-SSSE3,-ERMS,-FSRM,-RTM,-AVX_Fast_Unaligned_Load,-Fast_Unaligned_Load,-Fast_Unaligned_Copy,-Fast_Copy_Backward,-Fast_Rep_String,-Slow_BSF,-Prefer_PMINUB_for_stringop,-Prefer_ERMS,-Prefer_FSRM,-AVX2_Usable,-AVX_Usable,-FMA_Usable,-AVX512F_Usable:glibc.cpu.x86_data_cache_size=32768:glibc.cpu.x86_shared_cache_size=1048576:glibc.cpu.x86_non_temporal_threshold=786432:glibc.cpu.x86_rep_movsb_threshold=2048:glibc.cpu.x86_rep_stosb_threshold=2048"

const char *remote_dispatch(void)
{
#if defined __x86_64__ && defined __GLIBC__
	return "x86-64 with SSE2";
#else
	return NULL;
#endif
}

/* What our environment has of it stays before ours. */
bool remote_add_tunables(struct buf *out)
{
	const char *ours = getenv("GLIBC_TUNABLES");

	if (remote_dispatch())
		buf_addf(out, "GLIBC_TUNABLES=%s%s" SAME_EVERYWHERE, ours ? ours : "",
			ours && *ours ? ":" : "");
	return remote_dispatch() != NULL;
}

/* What a worker's environment has besides ours. */
struct launch_set {
	struct buf folder, side, preload, tunables;
	const char *items[8]; /* NULL at the end */
	size_t nr;
};

static void set_variable(struct launch_set *set, const struct buf *text)
{
	set->items[set->nr++] = text->data;
}

/* What our environment has of it stays, behind or before ours. */
static void set_counting(struct launch_set *set, const struct remote_counting *counting)
{
	const char *preload = getenv("LD_PRELOAD");

	if (counting->preload > 0) {
		buf_addf(&set->preload, "LD_PRELOAD=" HEAP_PRELOAD "%s%s",
			preload && *preload ? ":" : "", preload ? preload : "");
		set_variable(set, &set->preload);
	}
	if (remote_add_tunables(&set->tunables))
		set_variable(set, &set->tunables);
	/* Else the first iteration would have the dynamic linker's work. */
	set->items[set->nr++] = "LD_BIND_NOW=1";
}

static void set_all(struct launch_set *set, const struct remote *remote, const char *side)
{
	if (remote->scratch.path) {
		buf_addf(&set->folder, "TMPDIR=%s", remote->scratch.path);
		set_variable(set, &set->folder);
	}
	if (side) {
		buf_addf(&set->side, "BENCHGATE_SIDE=%s", side);
		set_variable(set, &set->side);
	}
	if (remote->counting)
		set_counting(set, remote->counting);
}

static void release_set(struct launch_set *set)
{
	buf_release(&set->folder);
	buf_release(&set->side);
	buf_release(&set->preload);
	buf_release(&set->tunables);
}

#define MAX_ARGUMENTS 16

/* "PROGRAM worker", under callgrind where that is wanted. The file that it writes has the id of the
 * process in its name, for a copy that the benchmark forks writes one, too. */
static void fill_arguments(const struct remote *remote, const struct launch *launch,
	const struct buf *out_file, char *argv[MAX_ARGUMENTS])
{
	static const char *const callgrind[] = { "--tool=callgrind", "-q", "--vgdb=no",
		"--instr-atstart=no", "--trace-children=no", "--compress-strings=yes",
		"--compress-pos=yes", NULL };
	static const char *const in_detail[] = { "--cache-sim=yes", "--branch-sim=yes",
		"--dump-instr=yes", NULL };
	static const char *const plain[] = { "--cache-sim=no", "--branch-sim=no", NULL };
	size_t nr = 0;

	if (remote->counting && remote->counting->valgrind) {
		argv[nr++] = (char *)remote->counting->valgrind;
		for (size_t i = 0; callgrind[i]; i++)
			argv[nr++] = (char *)callgrind[i];
		for (const char *const *word = remote->counting->in_detail ? in_detail : plain;
			*word; word++)
			argv[nr++] = (char *)*word;
		argv[nr++] = out_file->data;
	}
	argv[nr++] = launch->program;
	argv[nr++] = (char *)"worker";
	argv[nr] = NULL;
}

/* NULL: it does without a scratch folder. */
static const char *who_needs_scratch(const struct remote *remote)
{
	if (remote->sandbox)
		return "the sandbox";
	return remote->counting && remote->counting->valgrind ? "callgrind" : NULL;
}

/* In a folder of its own what it writes meets nothing of the other side's, or of a process before.
 * Without one it has the folder that we have. */
static int launch_process(
	struct remote *remote, const struct launch *launch, const char *side, struct error *err)
{
	static const char *const unset[] = { "BENCHGATE_SIDE", NULL };
	struct launch_set set = {
		.folder = BUF_INIT, .side = BUF_INIT, .preload = BUF_INIT, .tunables = BUF_INIT
	};
	struct buf out_file = BUF_INIT;
	struct error ignored = ERROR_INIT;
	char *argv[MAX_ARGUMENTS];
	int rc;

	scratch_make(&remote->scratch, &ignored);
	set_all(&set, remote, side);
	if (remote->scratch.path)
		buf_addf(&out_file, "--callgrind-out-file=%s/" REMOTE_CALLGRIND_FILE ".%%p",
			remote->scratch.path);
	fill_arguments(remote, launch, &out_file, argv);
	if (!remote->scratch.path && who_needs_scratch(remote))
		rc = error_set(err, ERR_IO, "%s needs a scratch folder: %s",
			who_needs_scratch(remote), ignored.text);
	else
		rc = process_start_with(&remote->process, argv,
			&(struct process_terms){ .memory_limit = remote->memory_limit,
				.watch = remote->watch,
				.preload = remote->counting ? remote->counting->preload : 0,
				.steady = remote->counting != NULL,
				.unset = unset,
				.set = set.items,
				.place = { remote->sandbox, { remote->scratch.path, NULL } } },
			err);
	buf_release(&out_file);
	release_set(&set);
	return rc;
}

/* Starts the worker and settles the protocol. */
static int start_process(
	struct remote *remote, const struct launch *launch, const char *side, struct fault *fault)
{
	/* Valgrind itself takes its time. */
	uint64_t patience_ns = (remote->counting ? 60u : 5u) * (uint64_t)CLOCK_NS_PER_S;
	struct error err = ERROR_INIT;
	bool patient = patience_ns < remote->timeout_ns;

	if (launch_process(remote, launch, side, &err))
		return fault_set(fault, RESULT_NOT_LOADED, "%s", err.text);
	remote->channel.fd = remote->process.channel;
	remote->deadline_ns = clock_awake_ns() + (patient ? patience_ns : remote->timeout_ns);
	if (say_hello(remote, fault) == 0)
		return 0;
	if (fault->word == RESULT_TIMED_OUT && patient)
		fault_set(fault, RESULT_NOT_LOADED,
			"not a benchgate suite: it runs, but does not speak the worker protocol");
	return -1;
}

/* With a buffer for them, also asks what libraries the suite brings. */
static int load_suite(
	struct remote *remote, const char *library, struct buf *libraries, struct fault *fault)
{
	struct message message;

	remote_put(remote, "suite", library, libraries ? "1" : "0");
	for (;;) {
		if (remote_next(remote, &message, fault))
			return -1;
		if (!message_is(&message, "library"))
			break;
		if (libraries)
			buf_addf(libraries, "%s%s %.12s", libraries->len ? ", " : "",
				message_text(&message, 1), message_text(&message, 2));
	}
	if (!message_is(&message, "suite"))
		return remote_unexpected(&message, "suite", fault);
	snprintf(remote->compiler, sizeof remote->compiler, "%s", message_text(&message, 1));
	remote->build = message_number(&message, 2);
	return 0;
}

int remote_start(struct remote *remote, const char *source, struct remote_options options,
	struct fault *fault)
{
	struct launch launch = { .program = NULL };
	int rc;

	*remote = (struct remote){ .process = PROCESS_INIT,
		.channel = CHANNEL_INIT(-1),
		.output = BUF_INIT_MAX(OUTPUT_KEPT),
		.scratch = SCRATCH_INIT,
		.timeout_ns = options.timeout_ns,
		.memory_limit = options.memory_limit,
		.watch = options.watch,
		.counting = options.counting,
		.sandbox = options.sandbox };
	rc = choose_launch(source, &launch, fault);
	remote->form = launch.form;
	if (!rc)
		rc = start_process(remote, &launch, options.side, fault);
	remote->deadline_ns = clock_awake_ns() + options.timeout_ns;
	if (!rc)
		rc = load_suite(remote, launch.library, options.libraries, fault);
	if (rc)
		add_sandbox_hint(remote, fault);
	free(launch.program);
	free(launch.library);
	return rc;
}

int remote_let_exit(struct remote *remote, struct fault *fault)
{
	process_hang_up(&remote->process);
	switch (process_wait(&remote->process, remote->deadline_ns, &remote->output)) {
	case PROCESS_ENDED:
		if (!remote->process.signal && !remote->process.status)
			return 0;
		return ended_early(remote, fault);
	case PROCESS_INTERRUPTED:
		remote->interrupted = true;
		return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
	default:
		return timed_out(remote, fault);
	}
}

void remote_end(struct remote *remote)
{
	if (remote->process.pid && !remote->process.ended && !remote->interrupted) {
		process_hang_up(&remote->process);
		process_wait(&remote->process, clock_awake_ns() + STOP_TIMEOUT_NS, &remote->output);
	}
	process_end(&remote->process, &remote->output);
	channel_release(&remote->channel);
	buf_release(&remote->output);
	scratch_remove(&remote->scratch);
}
