/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/verbs.h"
#include "serve/news.h"
#include "serve/service.h"
#include "session/recorder.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/process.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define USUAL_ADDRESS "127.0.0.1:8080"
#define USUAL_CONNECTIONS 1024
#define TIMEOUT_S 30
#define PATIENCE_S 60
#define LOOK_EVERY_NS UINT64_C(500000000)
#define LOOKS_UNTIL_IDLE 30
#define MAX_PEM_BYTES (1 << 20)

struct serve_options {
	struct settings_options settings;
	const char *db, *listen, *read, *role, *certificate, *key;
	struct words hosts;
	uint64_t nr_connections, nr_of_peer;
};

static const struct opt opts[] = {
	OPT_WORD(0, "db", struct serve_options, db, "FILE",
		"the history (default: \"history\" of the policy file)"),
	OPT_WORD('l', "listen", struct serve_options, listen, "ADDRESS:PORT",
		"where to listen; port 0: one that is free (default " USUAL_ADDRESS ")"),
	OPT_CHOICE(0, "read", struct serve_options, read, "auto,open,token",
		"who may read: open is everybody, token is who has one (default auto: everybody on this machine, and who has a token)"),
	OPT_WORDS(0, "host", struct serve_options, hosts, "NAME",
		"a name that the server is reached by; may be given again (default: localhost, and addresses)"),
	OPT_WORD(0, "tls-cert", struct serve_options, certificate, "FILE",
		"speak HTTPS with this certificate, and those that it is signed by (PEM)"),
	OPT_WORD(0, "tls-key", struct serve_options, key, "FILE", "the certificate's key (PEM)"),
	OPT_COUNT(0, "connections", struct serve_options, nr_connections, "N",
		"at most so many at once (default 1024)"),
	OPT_COUNT(0, "connections-of-address", struct serve_options, nr_of_peer, "N",
		"at most so many of one address (default, and 0: as many as of all)"),
	OPT_CHOICE(0, "role", struct serve_options, role, "read,write,admin",
		"with token add: what the token allows; write: to add runs and notes, too; admin: to remove them"),
	CONFIG_OPT(struct serve_options, settings),
	OPT_END,
};

struct serve_work {
	struct serve_options options;
	struct words words;
	struct settings settings;
	const char *db;
	bool is_new; /* the history was not there */
	struct buf certificate, key, text;
};

/* --- tokens ------------------------------------------------------------------------------------
 */

static enum role role_named(const char *word)
{
	for (int role = ROLE_READ; role <= ROLE_ADMIN; role++)
		if (strcmp(role_words[role], word) == 0)
			return (enum role)role;
	return ROLE_NONE;
}

static int make_new_token(
	struct serve_work *work, const char *path, const char *name, struct error *err)
{
	const char *role = work->options.role;
	char token[TOKEN_MAX];

	if (!role)
		return error_set(err, ERR_USAGE,
			"what may it do? serve token add %s --role read, write or admin", name);
	if (tokens_add(path, name, role_named(role), token, err))
		return -1;
	buf_addf(&work->text, "%s\n", token);
	fprintf(stderr,
		"note: that is the token of %s; it is shown this once, and only its hash is kept in %s\n",
		name, path);
	return 0;
}

static int list_tokens(struct serve_work *work, const char *path, struct error *err)
{
	struct tokens tokens = { 0 };
	int rc = tokens_load(path, &tokens, err);

	for (size_t i = 0; i < tokens.nr && !rc; i++) {
		buf_addf(&work->text, "%-6s %s  ", role_words[tokens.items[i].role],
			tokens.items[i].created);
		buf_add_printable(&work->text, tokens.items[i].name);
		buf_addc(&work->text, '\n');
	}
	if (!rc && !tokens.nr)
		buf_adds(&work->text, "no tokens\n");
	tokens_release(&tokens);
	return rc;
}

static int do_tokens(struct serve_work *work, struct error *err)
{
	const struct words *words = &work->words;
	const char *action = words->nr > 1 ? words->items[1] : "";
	char *path = tokens_path(work->db);
	int rc;

	if (strcmp(action, "list") == 0 && words->nr == 2)
		rc = list_tokens(work, path, err);
	else if (strcmp(action, "add") == 0 && words->nr == 3)
		rc = make_new_token(work, path, words->items[2], err);
	else if (strcmp(action, "remove") == 0 && words->nr == 3)
		rc = tokens_remove(path, words->items[2], err);
	else
		rc = error_set(err, ERR_USAGE,
			"serve token takes add NAME --role ROLE, list, or remove NAME");
	free(path);
	return rc;
}

/* --- serving -----------------------------------------------------------------------------------
 */

static void wake_streams(void *httpd)
{
	httpd_wake(httpd, false);
}

/* What a history says is news, its absence is no reason to end. */
static void watch_on(struct server *server, struct news *news, struct httpd *httpd)
{
	struct error wrong = ERROR_INIT, before = ERROR_INIT;

	for (unsigned i = 1; !process_interrupted(); i++) {
		process_poll_for(NULL, 0, LOOK_EVERY_NS);
		if (news_look(news, &wrong) && strcmp(wrong.text, before.text) != 0) {
			fprintf(stderr, "benchgate: %s\n", wrong.text);
			before = wrong;
		}
		if (i % LOOKS_UNTIL_IDLE == 0) {
			live_forget(&server->live);
			httpd_wake(httpd, true);
		}
	}
}

static void say_address(
	const struct serve_work *work, const struct server *server, const struct httpd *httpd)
{
	printf("serving %s on %s://%s\n", work->db, work->options.certificate ? "https" : "http",
		httpd_address(httpd));
	fflush(stdout);
	if (work->is_new)
		fprintf(stderr, "note: there was no history %s, so it is a new one\n", work->db);
	if (!httpd_is_loopback(httpd) && !work->options.certificate)
		fputs("note: without --tls-cert everything is sent in the clear, tokens too: let a proxy speak TLS\n",
			stderr);
	if (!server->writer)
		fprintf(stderr, "note: nothing can be written: %s\n", server->why_not_writable);
}

static int run_server(struct serve_work *work, struct server *server, struct error *err)
{
	const struct serve_options *options = &work->options;
	const struct httpd_service service = server_service(server);
	const struct httpd_settings settings = {
		.listen = options->listen ? options->listen : USUAL_ADDRESS,
		.certificate = options->certificate ? work->certificate.data : NULL,
		.key = options->certificate ? work->key.data : NULL,
		.max_connections = options->nr_connections ? (unsigned)options->nr_connections
							   : USUAL_CONNECTIONS,
		.max_of_peer = (unsigned)options->nr_of_peer,
		.timeout_s = TIMEOUT_S,
		.patience_s = PATIENCE_S,
	};
	struct news news;
	struct httpd *httpd = NULL;
	int rc = news_open(&news, server, err);

	if (!rc)
		httpd = httpd_open(&settings, &service, err);
	if (httpd) {
		server->woken_context = httpd;
		server->woken = wake_streams;
		say_address(work, server, httpd);
		watch_on(server, &news, httpd);
	}
	httpd_close(httpd);
	server->woken = NULL;
	news_close(&news);
	return httpd ? 0 : -1;
}

static int read_pem(struct serve_work *work, struct error *err)
{
	const struct serve_options *options = &work->options;

	if (!options->certificate && !options->key)
		return 0;
	if (!options->certificate || !options->key)
		return error_set(err, ERR_USAGE, "--tls-cert and --tls-key go together");
	return file_read(options->certificate, MAX_PEM_BYTES, &work->certificate, err) ||
			file_read(options->key, MAX_PEM_BYTES, &work->key, err)
		? -1
		: 0;
}

static int serve_history(struct serve_work *work, struct error *err)
{
	static const char *const readings[] = { "auto", "open", "token" };
	struct server_settings settings = {
		.db = work->db, .settings = &work->settings, .hosts = work->options.hosts
	};
	struct server server;
	int rc;

	if (work->options.role)
		return error_set(err, ERR_USAGE, "--role goes with serve token add");
	if (work->options.nr_connections > 1000000 || work->options.nr_of_peer > 1000000)
		return error_set(err, ERR_USAGE, "--connections takes a number from 1 to 1000000");
	for (unsigned i = 0; work->options.read && i < 3; i++)
		if (strcmp(readings[i], work->options.read) == 0)
			settings.reading = (enum reading)i;
	if (read_pem(work, err))
		return -1;
	work->is_new = !file_is_there(work->db);
	rc = server_open(&server, &settings, err);
	if (!rc)
		rc = run_server(work, &server, err);
	server_close(&server);
	return rc;
}

static int do_serve(struct serve_work *work, struct error *err)
{
	const struct words *words = &work->words;

	if (settings_load(&work->options.settings, &work->settings, err))
		return -1;
	work->db = recorder_path(work->options.db, &work->settings);
	if (!work->db)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	if (!words->nr)
		return serve_history(work, err);
	if (strcmp(words->items[0], "token") == 0)
		return do_tokens(work, err);
	return error_set(
		err, ERR_USAGE, "serve takes no argument but token, and got '%s'", words->items[0]);
}

static int serve_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct serve_work work = { .settings = SETTINGS_INIT,
		.certificate = BUF_INIT,
		.key = BUF_INIT,
		.text = BUF_INIT };
	int rc = opts_parse(opts, given, &work.options, &work.words, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = do_serve(&work, err);
	if (!rc)
		rc = command_print(&work.text, err);
	settings_release(&work.settings);
	buf_release(&work.certificate);
	buf_release(&work.key);
	buf_release(&work.text);
	ARRAY_RELEASE(&work.options.hosts);
	ARRAY_RELEASE(&work.words);
	return rc;
}

static void add_serve_words(struct buf *out)
{
	buf_adds(out, "token add list remove ");
}

const struct command command_serve = {
	.name = "serve",
	.group = COMMANDS_RESULTS,
	.operands = "[token ACTION [NAME]]",
	.summary = "show a history in the browser, live; a REST API",
	.details =
		"Serves the pages and a REST API of one history until Ctrl-C. Who asks from this machine may read; "
		"whatever else is asked for needs a token.\n"
		"token add NAME --role ROLE: makes a token, and prints it this once. token list: whose there are. token "
		"remove NAME: it is not valid any more, at once.\n"
		"See 'benchgate help serving' for the API, events, and how to run it for a team.",
	.examples = "benchgate serve --db benchmarks.db\n"
		    "benchgate serve token add ci --role write --db benchmarks.db\n",
	.opts = opts,
	.add_words = add_serve_words,
	.run = serve_run,
};
