/* SPDX-License-Identifier: GPL-3.0-or-later */
/* criterion.rs: sample.json, estimates.json and raw.csv of a benchmark's folder. */
#include "store/import/rows.h"

#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* These files do not say of which benchmark they are. */
static const char *criterion_name(const struct import *import)
{
	return import->input->name ? import->input->name : str_path_name(import->input->path);
}

/* Newer versions name the lists, older ones have them side by side. */
static int sample_read(struct import *import, struct error *err)
{
	const struct json *root = import->root, *iters, *times;
	size_t nr_iters, nr_times;
	const double *counts, *sums;

	if (json_type(root) == JSON_ARRAY) {
		iters = json_first(root);
		times = iters ? json_next(iters) : NULL;
	} else {
		iters = import_list(root, "iters");
		times = import_list(root, "times");
	}
	counts = import_numbers(import, iters, &nr_iters);
	sums = import_numbers(import, times, &nr_times);
	if (!counts || !sums || nr_iters != nr_times)
		return error_set(err, ERR_USAGE,
			"iters and times must be two lists of numbers, as long as each other");
	for (size_t i = 0; i < nr_iters; i++)
		import_sample(import, criterion_name(import), &metric_time, sums[i] / counts[i]);
	return 0;
}

static const struct json *either(const struct json *root, const char *name, const char *other)
{
	const struct json *object = import_object(root, name);

	return object ? object : import_object(root, other);
}

static int estimates_read(struct import *import, struct error *err)
{
	const struct json *mean = either(import->root, "mean", "Mean");
	const struct json *interval = import_object(mean, "confidence_interval");
	double value = import_number(import, mean, "point_estimate");

	if (!isfinite(value))
		return error_set(err, ERR_USAGE,
			"mean.point_estimate is missing; it must be a number of nanoseconds");
	import_interval(import, criterion_name(import), &metric_time,
		(const double[]){ value, import_number(import, interval, "lower_bound"),
			import_number(import, interval, "upper_bound") });
	return 0;
}

static bool sample_fits(const char *text, size_t len)
{
	const char *at = text + strspn(text, " \t\r\n");

	(void)len;
	if (*at == '{')
		return strstr(text, "\"iters\"") && strstr(text, "\"times\"");
	return str_starts(at, "[[") && strchr("0123456789.", at[2]) && strstr(at, "],[");
}

const struct import_format import_criterion_sample = {
	.name = "criterion",
	.title = "criterion.rs, sample.json",
	.shape = IMPORT_JSON,
	.marks = { "\"iters\"|[[", "\"times\"|],[" },
	.fits = sample_fits,
	.read = sample_read,
	.values = "the time of an iteration in each sample of one process; a folder such as "
		  "target/criterion is read as a whole",
};

const struct import_format import_criterion_estimates = {
	.name = "criterion-estimates",
	.title = "criterion.rs, estimates.json",
	.shape = IMPORT_JSON,
	.marks = { "\"confidence_interval\"", "\"point_estimate\"", "\"standard_error\"",
		"\"mean\"|\"Mean\"", "\"std_dev\"|\"StdDev\"" },
	.read = estimates_read,
	.values = "the mean with its interval",
	.more = "sample.json beside it has the samples",
};
