/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/tradeoffs_json.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct policy_key tradeoff_keys[] = {
	POLICY_KEY_TEXT("name", struct tradeoff, name),
	POLICY_KEY_TEXTS("benchmark", struct tradeoff, benchmarks),
	POLICY_KEY_TEXT("metric", struct tradeoff, metric),
	POLICY_KEY_RATIO("worse_by", struct tradeoff, worse_by_ratio),
	POLICY_KEY_SECTION("if"),
	POLICY_KEY_TEXT("reason", struct tradeoff, reason),
	POLICY_KEY_END,
};

const struct policy_key payment_keys[] = {
	POLICY_KEY_TEXT("metric", struct payment, metric),
	POLICY_KEY_RATIO("better_by", struct payment, better_by_ratio),
	POLICY_KEY_SECTION("weights"),
	POLICY_KEY_END,
};

#define WEIGHTS_RIGHT "an object of numbers above 0 by the benchmarks' names"

static int read_weights(
	const struct json *json, const char *place, struct weights *weights, struct error *err)
{
	if (json_type(json) != JSON_OBJECT || !json_first(json))
		return policy_wrong(json, place, WEIGHTS_RIGHT ", such as {\"parse\": 3}", err);
	for (const struct json *at = json_first(json); at; at = json_next(at)) {
		bool is_good = json_type(at) == JSON_NUMBER && json_number(at) > 0;
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, json_name(at));
		if (!is_good)
			policy_wrong(at, inner.data, "a number above 0", err);
		buf_release(&inner);
		if (!is_good)
			return -1;
		*ARRAY_ADD(weights) = (struct weight){ str_dup(json_name(at)), json_number(at) };
	}
	return 0;
}

static int lacks(const char *place, const char *key, const char *example, struct error *err)
{
	return error_set(err, ERR_USAGE, "%s has no %s; it must have one, such as \"%s\": %s",
		place, key, key, example);
}

static int read_payment(
	const struct json *json, const char *place, struct payment *payment, struct error *err)
{
	const struct json *weights;
	struct buf inner = BUF_INIT;
	int rc;

	if (policy_keys_read(json, payment_keys, payment, place, err))
		return -1;
	if (!payment->metric)
		return lacks(place, "metric", "\"allocated\"", err);
	if (isnan(payment->better_by_ratio))
		return lacks(place, "better_by", "\"20%\"", err);
	weights = json_get(json, "weights");
	buf_addf(&inner, "%s.weights", place);
	rc = weights ? read_weights(weights, inner.data, &payment->weights, err) : 0;
	buf_release(&inner);
	return rc;
}

/* A metric cannot pay for itself, unless other benchmarks do. */
static int check_payment(const struct tradeoff *tradeoff, const char *place, struct error *err)
{
	if (tradeoff->payment.weights.nr || !str_glob(tradeoff->metric, tradeoff->payment.metric))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.if.metric is \"%.40s\", which is what may get worse; it must be another metric, or have \"weights\" of other benchmarks, too",
		place, tradeoff->payment.metric);
}

static int read_tradeoff(
	const struct json *json, const char *place, struct tradeoff *tradeoff, struct error *err)
{
	const struct json *payment;
	struct buf inner = BUF_INIT;
	int rc;

	if (policy_keys_read(json, tradeoff_keys, tradeoff, place, err))
		return -1;
	payment = json_get(json, "if");
	if (!tradeoff->benchmarks.nr)
		return lacks(place, "benchmark", "\"sort*\"", err);
	if (!tradeoff->metric)
		return lacks(place, "metric", "\"time\"", err);
	if (isnan(tradeoff->worse_by_ratio))
		return lacks(place, "worse_by", "\"5%\"", err);
	if (!payment)
		return lacks(
			place, "if", "{\"metric\": \"allocated\", \"better_by\": \"20%\"}", err);
	if (!tradeoff->reason)
		return lacks(place, "reason", "\"it needs less memory\"", err);
	if (!tradeoff->name)
		tradeoff->name = str_dup(place);
	buf_addf(&inner, "%s.if", place);
	rc = read_payment(payment, inner.data, &tradeoff->payment, err);
	buf_release(&inner);
	return rc ? rc : check_payment(tradeoff, place, err);
}

int tradeoffs_read(const struct json *json, struct tradeoffs *tradeoffs, struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	if (json_type(json) != JSON_ARRAY)
		return policy_wrong(json, "tradeoffs", "a list", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct tradeoff *tradeoff = ARRAY_ADD(tradeoffs);
		struct buf place = BUF_INIT;

		*tradeoff = (struct tradeoff){ .worse_by_ratio = NAN,
			.payment = { .better_by_ratio = NAN } };
		buf_addf(&place, "tradeoffs[%zu]", tradeoffs->nr - 1);
		rc = read_tradeoff(at, place.data, tradeoff, err);
		buf_release(&place);
	}
	return rc;
}
