/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/queue.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 8
#define ONE "0000000000000001"
#define TWO "0000000000000002"
#define THREE "0000000000000003"

/* A channel that writes down what it is told, and fails for what says so. */
static struct buf put_down = BUF_INIT;

static int put(const struct outlet *outlet, const struct json *body, struct error *err)
{
	const char *text = json_text(json_get(body, "text"));

	buf_addf(&put_down, "%s:%s ", outlet->name, text);
	return *text == '!' ? error_set(err, ERR_IO, "out of order") : 0;
}

static const struct notifier notifier = { .type = "test", .put = put };

struct queue {
	struct outlet_terms terms;
	struct outlet outlets[2];
	struct letter letters[MAX];
	struct delivery items[MAX];
	size_t nr;
};

static void begin(struct queue *queue)
{
	static char chat[] = "chat", mail[] = "mail";

	*queue = (struct queue){ .nr = 0 };
	queue->outlets[0] = (struct outlet){ chat, &notifier, &queue->terms };
	queue->outlets[1] = (struct outlet){ mail, &notifier, &queue->terms };
	buf_clear(&put_down);
}

static void add(struct queue *queue, size_t outlet, const char *fingerprints, const char *text)
{
	struct letter *letter = &queue->letters[queue->nr];

	*letter = (struct letter){ .outlet = str_dup(queue->outlets[outlet].name),
		.about = str_dup(""),
		.fingerprints = str_dup(fingerprints),
		.body = json_new_object() };
	json_add_text(letter->body, "text", text);
	queue->items[queue->nr++] = (struct delivery){
		.outlet = &queue->outlets[outlet], .letter = letter, .error = ERROR_INIT
	};
}

static void deliver_all(struct queue *queue)
{
	struct secrets secrets = { .values = { .nr = 0 } };
	struct delivery_terms terms = { 1000000000, 1, &secrets };

	queue_deliver(queue->items, queue->nr, &terms);
}

static void end(struct queue *queue)
{
	for (size_t i = 0; i < queue->nr; i++)
		letter_release(&queue->letters[i]);
	buf_release(&put_down);
}

TEST(what_tells_of_the_same_comes_in_order)
{
	struct queue queue;

	begin(&queue);
	add(&queue, 0, ONE " " TWO, "a");
	add(&queue, 0, TWO, "b");
	add(&queue, 0, TWO " " THREE, "c");
	add(&queue, 0, THREE, "d");
	add(&queue, 1, TWO, "e");
	deliver_all(&queue);
	assert_string_equal(put_down.data, "chat:a mail:e chat:b chat:c chat:d ");
	for (size_t i = 0; i < queue.nr; i++)
		assert_int_equal(queue.items[i].outcome, DELIVERED);
	end(&queue);
}

TEST(behind_one_that_cannot_be_sent_the_next_waits)
{
	struct queue queue;

	begin(&queue);
	add(&queue, 0, ONE, "!a");
	add(&queue, 0, ONE " " TWO, "b");
	add(&queue, 0, TWO, "c");
	add(&queue, 0, THREE, "d");
	add(&queue, 1, ONE, "e");
	deliver_all(&queue);
	assert_string_equal(put_down.data, "chat:!a chat:d mail:e ");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(queue.items[i].outcome, DELIVERED_LATER);
	assert_non_null(strstr(queue.items[1].error.text, "an earlier message about the same"));
	assert_int_equal(queue.items[3].outcome, DELIVERED);
	end(&queue);
}

TEST(what_is_kept_up_to_date_waits_for_nothing)
{
	struct queue queue;

	begin(&queue);
	add(&queue, 0, ONE, "!a");
	add(&queue, 0, ONE, "b");
	free(queue.letters[1].about);
	queue.letters[1].about = str_dup("us/project#7");
	deliver_all(&queue);
	assert_string_equal(put_down.data, "chat:!a chat:b ");
	end(&queue);
}

TEST(without_alerts_nothing_is_in_common)
{
	struct letter one = { .outlet = (char[]){ "chat" },
		.about = (char[]){ "" },
		.fingerprints = (char[]){ "" } };

	assert_false(queue_follows(&one, &one));
}
