/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/catalog.h"

#include "base/array.h"
#include "base/str.h"
#include "harness/remote.h"

#include <string.h>

#define LIST_TIMEOUT_NS 30000000000u
#define MAX_BENCHES 20000

static int add_bench(struct catalog *catalog, const char *source, const struct message *message,
	struct error *err)
{
	const char *name = message_text(message, 1);
	const struct bench *other = benches_find(&catalog->benches, name);

	if (!*name)
		return error_set(err, ERR_USAGE, "it lists a benchmark without a name");
	if (catalog->benches.nr == MAX_BENCHES)
		return error_set(err, ERR_USAGE, "it lists more than %d benchmarks", MAX_BENCHES);
	if (other)
		return error_set(err, ERR_USAGE, "its benchmark %s is also in suite %s: rename one",
			name, *other->source ? other->source : "(linked in)");
	*ARRAY_ADD(&catalog->benches) = (struct bench){
		.name = str_dup(name),
		.tier = str_dup(message_text(message, 2)),
		.about = str_dup(message_text(message, 3)),
		.file = str_dup(message_text(message, 4)),
		.line = (uint32_t)message_number(message, 5),
		.nr_threads = (uint32_t)message_number(message, 6),
		.latency = message_number(message, 7),
		.body = message_number(message, 8),
		.exclusive = message_number(message, 9) != 0,
		.source = str_dup(source),
	};
	return 0;
}

/* -1 with either a fault (the suite's) or an error (of what it has). */
static int catalog_read_list(struct catalog *catalog, struct remote *remote, const char *source,
	struct fault *fault, struct error *err)
{
	struct message message;

	remote_put(remote, "list");
	for (;;) {
		if (remote_next(remote, &message, fault))
			return -1;
		if (message_is(&message, "listed"))
			return 0;
		if (!message_is(&message, "bench"))
			return remote_unexpected(&message, "bench", fault);
		if (add_bench(catalog, source, &message, err))
			return -1;
	}
}

static void append(char **list, const char *text)
{
	struct buf joined = BUF_INIT;

	/* What is in the list already, as the C library mostly is, is not said twice. */
	if (*list && strstr(*list, text))
		return;
	buf_addf(&joined, "%s%s%s", *list ? *list : "", *list ? ", " : "", text);
	free(*list);
	*list = buf_detach(&joined);
}

/* What the suite was made of and by; one that is not optimised makes all of them so. */
static void add_origin(
	struct catalog *catalog, const struct remote *remote, const struct buf *libraries)
{
	uint64_t all = catalog->compiler ? catalog->build & remote->build : remote->build;
	uint64_t any = catalog->build | remote->build;

	catalog->build = (all & BG_BUILD_OPTIMIZED) | (any & ~(uint64_t)BG_BUILD_OPTIMIZED);
	append(&catalog->compiler, remote->compiler);
	append(&catalog->forms, remote->form);
	append(&catalog->libraries, libraries->data);
}

int catalog_add(struct catalog *catalog, const char *source, struct error *err)
{
	struct fault fault = FAULT_INIT;
	struct buf libraries = BUF_INIT;
	struct remote remote;
	struct remote_options options = {
		.timeout_ns = LIST_TIMEOUT_NS, .libraries = &libraries, .sandbox = catalog->sandbox
	};
	int rc = remote_start(&remote, source, options, &fault);

	if (!rc)
		add_origin(catalog, &remote, &libraries);
	if (!rc)
		rc = catalog_read_list(catalog, &remote, source, &fault, err);
	remote_end(&remote);
	process_sweep();
	buf_release(&libraries);
	if (fault.word)
		error_set(err, ERR_USAGE, "%s", fault.reason);
	return rc ? error_wrap(err, "suite %s", *source ? source : "(linked in)") : 0;
}

int catalog_add_all(struct catalog *catalog, const struct words *sources, struct error *err)
{
	if (!sources->nr)
		return catalog_add(catalog, "", err);
	for (size_t i = 0; i < sources->nr; i++)
		if (!*sources->items[i])
			return error_set(
				err, ERR_USAGE, "--suite takes a file, but got an empty name");
	for (size_t i = 0; i < sources->nr; i++)
		if (catalog_add(catalog, sources->items[i], err))
			return -1;
	return 0;
}

void catalog_release(struct catalog *catalog)
{
	benches_release(&catalog->benches);
	benches_release(&catalog->others);
	free(catalog->compiler);
	free(catalog->forms);
	free(catalog->libraries);
	*catalog = (struct catalog)CATALOG_INIT;
}
