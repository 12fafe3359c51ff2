/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of one's own, told side by side. */
#include "support/test.h"

#include "notify/deliver.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/process.h"

#include "support/playground.h"

#define MS UINT64_C(1000000)
#define PATIENCE_NS (20000 * MS)
#define MAX_PROGRAMS 8

static struct {
	struct outlets outlets;
	struct json *bodies[MAX_PROGRAMS];
	struct delivery deliveries[MAX_PROGRAMS];
	size_t nr;
	struct secrets secrets;
} office;

/* Channels as the policy file has them, with ' for ". */
static void open_channels(const char *channels)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *json;

	buf_adds(&text, channels);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\'')
			text.data[i] = '"';
	json = json_parse(text.data, text.len, &err);
	if (!json || outlets_read(json, ".", &office.outlets, &err))
		fail_msg("%s", err.text);
	json_free(json);
	buf_release(&text);
}

static void tell(const char *name)
{
	struct json *body = office.bodies[office.nr] = json_new_object();

	json_add_number(body, "nr", (double)office.nr);
	office.deliveries[office.nr++] =
		(struct delivery){ .outlet = outlets_find(&office.outlets, name),
			.id = "0123456789abcdef",
			.body = body,
			.error = ERROR_INIT };
}

static void deliver_all(uint64_t budget_ns)
{
	struct delivery_terms terms = {
		.budget_ns = budget_ns, .seed = 7, .secrets = &office.secrets
	};

	deliver(office.deliveries, office.nr, &terms);
}

static void assert_said(size_t i, enum delivered outcome, const char *said)
{
	const struct delivery *delivery = &office.deliveries[i];

	if (delivery->outcome != outcome || !strstr(delivery->error.text, said))
		fail_msg("%zu: %d, %s", i, delivery->outcome, delivery->error.text);
}

static int shell(const char *script)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };

	return process_capture(argv, PATIENCE_NS, NULL);
}

static int begin(void **state)
{
	(void)state;
	assert_int_equal(chdir(inside(".")), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < office.nr; i++)
		json_free(office.bodies[i]);
	office.nr = 0;
	outlets_release(&office.outlets);
	secrets_release(&office.secrets);
	return 0;
}

/* Each waits for all others: one after the other, none would end. */
TEST_WITH(all_run_at_the_same_time, begin, end)
{
#define MEETING "for i in a b c; do until [ -e $i ]; do sleep 0.01; done; done', 'timeout': '5s' }"
	open_channels("{ 'a': { 'type': 'command', 'command': 'touch a; " MEETING ","
		      "'b': { 'type': 'command', 'command': 'touch b; " MEETING ","
		      "'c': { 'type': 'command', 'command': 'touch c; " MEETING " }");
	tell("a");
	tell("b");
	tell("c");
	deliver_all(PATIENCE_NS);
	for (size_t i = 0; i < 3; i++)
		assert_said(i, DELIVERED, "");
}

TEST_WITH(none_outlives_the_time_for_all, begin, end)
{
	open_channels("{ 'hangs': { 'type': 'command', 'command': 'echo $$ >pid; sleep 60' },"
		      " 'too': { 'type': 'command', 'command': 'sleep 60', 'timeout': '50ms' },"
		      " 'quick': { 'type': 'command', 'command': 'cat >quick' },"
		      " 'broken': { 'type': 'command', 'command': 'echo no disk; exit 3' },"
		      " 'missing': { 'type': 'command', 'command': ['./none', 'x'] } }");
	tell("hangs");
	tell("hangs");
	tell("too");
	tell("quick");
	tell("broken");
	tell("missing");
	deliver_all(1000 * MS);
	assert_said(0, DELIVERED_LATER, "the command was not done yet: the time for all was over");
	assert_said(1, DELIVERED_LATER, "not tried: the time for all was over");
	assert_said(2, DELIVERED_LATER, "the command took longer than 0.05 s");
	assert_said(3, DELIVERED, "");
	assert_said(4, DELIVERED_LATER, "the command exited with 3: no disk");
	assert_said(5, DELIVERED_LATER, "cannot find the program ./none");
	assert_int_equal(shell("test -s quick && test -s pid && ! kill -0 $(cat pid)"), 0);
}

/* In the order written, and never two at once. */
TEST_WITH(those_of_one_channel_run_one_after_the_other, begin, end)
{
	open_channels(
		"{ 'one': { 'type': 'command', 'command': 'cat >>log; sleep 0.05; echo end >>log' } }");
	for (size_t i = 0; i < 4; i++)
		tell("one");
	deliver_all(PATIENCE_NS);
	for (size_t i = 0; i < 4; i++)
		assert_said(i, DELIVERED, "");
	assert_int_equal(
		shell("grep -o 'end\\|[0-9]' log | tr -d '\\n' | grep -x 0end1end2end3end"), 0);
}

TEST_WITH(what_could_not_be_waited_for_is_not_begun, begin, end)
{
	open_channels("{ 'one': { 'type': 'command', 'command': 'touch begun' } }");
	tell("one");
	deliver_all(0);
	assert_said(0, DELIVERED_LATER, "not tried: the time for all was over");
	assert_int_equal(access("begun", F_OK), -1);
}

static int open_all(void **state)
{
	process_setup();
	return open_playground(state);
}

TEST_GROUP(open_all, close_playground);
