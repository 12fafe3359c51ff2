/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/calibration.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void calibration_release(struct calibration *calibration)
{
	for (size_t i = 0; i < calibration->nr; i++) {
		free(calibration->items[i].name);
		free(calibration->items[i].tier);
	}
	for (size_t i = 0; i < calibration->drifts.nr; i++) {
		free(calibration->drifts.items[i].benchmark);
		free(calibration->drifts.items[i].metric);
	}
	ARRAY_RELEASE(&calibration->drifts);
	ARRAY_RELEASE(calibration);
	free(calibration->machine);
	free(calibration->timestamp);
	free(calibration->build);
	*calibration = (struct calibration)CALIBRATION_INIT;
}

struct calibration_bench *calibration_add(
	struct calibration *calibration, const char *name, const char *tier)
{
	struct calibration_bench *bench = ARRAY_ADD(calibration);

	*bench = (struct calibration_bench){ .name = str_dup(name),
		.tier = str_dup(tier),
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.detectable_alone = NAN,
		.detectable_in_turn = NAN,
		.order_ratio = NAN,
		.order_low = NAN,
		.order_high = NAN,
		.alone_s = NAN,
		.in_turn_s = NAN };
	return bench;
}

const struct calibration_bench *calibration_find(
	const struct calibration *calibration, const char *name)
{
	for (size_t i = 0; i < calibration->nr; i++)
		if (strcmp(calibration->items[i].name, name) == 0)
			return &calibration->items[i];
	return NULL;
}

static int compare_drifts(const void *a, const void *b)
{
	const struct known_drift *one = a, *other = b;
	int order = strcmp(one->benchmark, other->benchmark);

	return order ? order : strcmp(one->metric, other->metric);
}

const struct known_drift *calibration_find_drift(
	const struct calibration *calibration, const char *benchmark, const char *metric)
{
	const struct known_drift wanted = { (char *)benchmark, (char *)metric, 0, 0, "" };

	return calibration->drifts.nr
		? bsearch(&wanted, calibration->drifts.items, calibration->drifts.nr, sizeof wanted,
			  compare_drifts)
		: NULL;
}

/* The test asks how far above the threshold a change is: what it needs to see moves along. */
double calibration_detectable(const struct calibration_bench *bench, double threshold_ratio)
{
	double moved = (1 + threshold_ratio) / (1 + bench->threshold_ratio);

	return moved * bench->detectable_alone + (moved - 1);
}

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("machine", struct calibration, machine),
	JSON_FIELD_TEXT("timestamp", struct calibration, timestamp),
	JSON_FIELD_MAYBE("suite_build", struct calibration, build),
	JSON_FIELD_NUMBER("duration", struct calibration, duration_s),
	JSON_FIELD_END,
};

static const struct json_field clock_rows[] = {
	JSON_FIELD_NUMBER("resolution_ns", struct calibration, clock_resolution_ns),
	JSON_FIELD_NUMBER("cost_ns", struct calibration, clock_cost_ns),
	JSON_FIELD_END,
};

static const struct json_field drift_rows[] = {
	JSON_FIELD_U64("sessions", struct calibration, nr_sessions),
	JSON_FIELD_NUMBER("tau", struct calibration, tau_ratio),
	JSON_FIELD_NUMBER("df", struct calibration, tau_df),
	JSON_FIELD_END,
};

static const struct json_field gates_rows[] = {
	JSON_FIELD_U64("gates", struct calibration_gates, nr),
	JSON_FIELD_U64("alarmed_gates", struct calibration_gates, nr_alarmed),
	JSON_FIELD_U64("comparisons", struct calibration_gates, comparisons),
	JSON_FIELD_U64("alarms", struct calibration_gates, alarms),
	JSON_FIELD_NUMBER("bound", struct calibration_gates, bound),
	JSON_FIELD_NUMBER("gate_bound", struct calibration_gates, gate_bound),
	JSON_FIELD_END,
};

static const struct json_field bench_rows[] = {
	JSON_FIELD_TEXT("name", struct calibration_bench, name),
	JSON_FIELD_TEXT("tier", struct calibration_bench, tier),
	JSON_FIELD_NUMBER("threshold", struct calibration_bench, threshold_ratio),
	JSON_FIELD_NUMBER("target", struct calibration_bench, target_ratio),
	JSON_FIELD_NUMBER("detectable_alone", struct calibration_bench, detectable_alone),
	JSON_FIELD_NUMBER("detectable_in_turn", struct calibration_bench, detectable_in_turn),
	JSON_FIELD_NUMBER("start_order", struct calibration_bench, order_ratio),
	JSON_FIELD_NUMBER("start_order_low", struct calibration_bench, order_low),
	JSON_FIELD_NUMBER("start_order_high", struct calibration_bench, order_high),
	JSON_FIELD_NUMBER("seconds_alone", struct calibration_bench, alone_s),
	JSON_FIELD_NUMBER("seconds_in_turn", struct calibration_bench, in_turn_s),
	JSON_FIELD_END,
};

/* The numbers of an object that have bounds; one that may be unknown is NaN then. */
struct range {
	const char *name;
	double value;
	double low, high;
	bool may_be_unknown;
};

static int check_range(const struct range *range, const char *where, struct error *err)
{
	if (isnan(range->value) ? range->may_be_unknown
				: range->value >= range->low && range->value <= range->high)
		return 0;
	if (isnan(range->value))
		return error_set(
			err, ERR_USAGE, "%s%s is null; it must be a number", where, range->name);
	if (isinf(range->high))
		return error_set(err, ERR_USAGE, "%s%s is %.9g; it must not be below %.9g", where,
			range->name, range->value, range->low);
	return error_set(err, ERR_USAGE, "%s%s is %.9g; it must be from %.9g to %.9g", where,
		range->name, range->value, range->low, range->high);
}

static int check_ranges(const struct range *ranges, size_t nr, const char *where, struct error *err)
{
	for (size_t i = 0; i < nr; i++)
		if (check_range(&ranges[i], where, err))
			return -1;
	return 0;
}

static int check_occasion(const struct calibration *calibration, struct error *err)
{
	struct range duration = { "duration", calibration->duration_s, 0, INFINITY, false };

	if (strlen(calibration->machine) != ENV_MACHINE_MAX - 1 ||
		strspn(calibration->machine, "0123456789abcdef") != ENV_MACHINE_MAX - 1)
		return error_set(err, ERR_USAGE,
			"machine is \"%.40s\"; it must be eight hex digits, as doctor prints them",
			calibration->machine);
	if (!date_is_time(calibration->timestamp))
		return error_set(err, ERR_USAGE,
			"timestamp is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z",
			calibration->timestamp);
	return check_ranges(&duration, 1, "", err);
}

static int calibration_read_object(const struct json *root, const char *name,
	const struct json_field *fields, void *into, struct error *err)
{
	const struct json *from = json_member(root, name, JSON_OBJECT, JSON_ROOT, err);

	return from ? json_fields_read(from, fields, into, name, err) : -1;
}

static int read_machine(const struct json *root, struct calibration *calibration, struct error *err)
{
	if (json_fields_read(root, rows, calibration, JSON_ROOT, err) ||
		check_occasion(calibration, err) ||
		calibration_read_object(root, "clock", clock_rows, calibration, err) ||
		calibration_read_object(root, "drift", drift_rows, calibration, err))
		return -1;
	return check_ranges(
		(struct range[]){ { "clock.resolution_ns", calibration->clock_resolution_ns, 0,
					  INFINITY, false },
			{ "clock.cost_ns", calibration->clock_cost_ns, 0, INFINITY, false },
			{ "drift.tau", calibration->tau_ratio, 0, INFINITY, true },
			{ "drift.df", calibration->tau_df, 1e-6, INFINITY,
				isnan(calibration->tau_ratio) } },
		4, "", err);
}

static int read_gates(const struct json *root, const char *name, struct calibration_gates *gates,
	struct error *err)
{
	char where[32];

	if (calibration_read_object(root, name, gates_rows, gates, err))
		return -1;
	snprintf(where, sizeof where, "%s.", name);
	return check_ranges(
		(struct range[]){
			{ "alarmed_gates", (double)gates->nr_alarmed, 0, (double)gates->nr, false },
			{ "alarms", (double)gates->alarms, 0, (double)gates->comparisons, false },
			{ "bound", gates->bound, 0, 1, false },
			{ "gate_bound", gates->gate_bound, 0, 1, false } },
		4, where, err);
}

static int read_bench(const struct json *from, struct calibration *calibration, const char *where,
	struct error *err)
{
	const struct json *name = json_member(from, "name", JSON_TEXT, where, err);
	struct calibration_bench *bench;
	char before[80];

	if (!name)
		return -1;
	if (calibration_find(calibration, json_text(name)))
		return error_set(err, ERR_USAGE,
			"%s.name is \"%.40s\", which another benchmark has too", where,
			json_text(name));
	bench = calibration_add(calibration, json_text(name), "");
	if (json_fields_read(from, bench_rows, bench, where, err))
		return -1;
	snprintf(before, sizeof before, "%s.", where);
	return check_ranges(
		(struct range[]){ { "threshold", bench->threshold_ratio, 0, INFINITY, false },
			{ "target", bench->target_ratio, bench->threshold_ratio, INFINITY, false },
			{ "detectable_alone", bench->detectable_alone, 0, INFINITY, true },
			{ "detectable_in_turn", bench->detectable_in_turn, 0, INFINITY, true },
			{ "start_order", bench->order_ratio, -1, INFINITY, true },
			{ "start_order_low", bench->order_low, -1, INFINITY, true },
			{ "start_order_high", bench->order_high, -1, INFINITY, true },
			{ "seconds_alone", bench->alone_s, 0, INFINITY, true },
			{ "seconds_in_turn", bench->in_turn_s, 0, INFINITY, true } },
		9, before, err);
}

static int read_benches(const struct json *root, struct calibration *calibration, struct error *err)
{
	const struct json *list = json_member(root, "benchmarks", JSON_ARRAY, JSON_ROOT, err);
	char where[64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "benchmarks[%zu]", calibration->nr);
		if (read_bench(at, calibration, where, err))
			return -1;
	}
	return 0;
}

static int calibration_read_root(
	const struct json *root, struct calibration *calibration, struct error *err)
{
	if (json_check_format(root, "benchgate-calibration", CALIBRATION_JSON_VERSION, err) ||
		read_machine(root, calibration, err) ||
		read_gates(root, "alone", &calibration->alone, err) ||
		read_gates(root, "in_turn", &calibration->in_turn, err))
		return -1;
	return read_benches(root, calibration, err);
}

int calibration_json_read(
	const char *text, size_t len, struct calibration *calibration, struct error *err)
{
	struct json *root = json_parse(text, len, err);
	int rc = root ? calibration_read_root(root, calibration, err) : -1;

	json_free(root);
	return rc;
}

void calibration_json_print(const struct calibration *calibration, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "format", "benchgate-calibration");
	json_add_number(root, "version", CALIBRATION_JSON_VERSION);
	json_fields_write(root, rows, calibration);
	json_fields_write(json_add_object(root, "clock"), clock_rows, calibration);
	json_fields_write(json_add_object(root, "drift"), drift_rows, calibration);
	json_fields_write(json_add_object(root, "alone"), gates_rows, &calibration->alone);
	json_fields_write(json_add_object(root, "in_turn"), gates_rows, &calibration->in_turn);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < calibration->nr; i++)
		json_fields_write(json_add_object(list, NULL), bench_rows, &calibration->items[i]);
	json_print(root, out);
	json_free(root);
}
