/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/units.h"

#include <math.h>
#include <string.h>

struct step {
	double factor;
	const char *unit;
};

static const struct step times[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };
static const struct step others[] = { { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" } };

/* Three significant figures without an exponent: 1.23, 12.3, 123, 1234. */
static void add_figures(struct buf *out, double value)
{
	double size = fabs(value);
	int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || size == 0 ? 2 : 3;

	buf_addf(out, "%.*f", decimals, value);
}

/* The largest step that leaves a number of 1 or more, so that rounding never shows 1000. */
static const struct step *step_for(const struct step *steps, double value)
{
	size_t i = 0;

	while (i < 3 && fabs(value) < 0.9995 * steps[i].factor)
		i++;
	return &steps[i];
}

void units_add(struct buf *out, double value, const char *unit)
{
	const struct step *step = step_for(strcmp(unit, "ns") == 0 ? times : others, value);

	if (!isfinite(value)) {
		buf_adds(out, "-");
		return;
	}
	add_figures(out, value / step->factor);
	if (strcmp(unit, "ns") == 0)
		buf_addf(out, " %s", step->unit);
	else if (*step->unit || *unit) {
		buf_addf(out, " %s", step->unit);
		buf_add_printable(out, unit);
	}
}

void units_add_rate(struct buf *out, double amount, double iteration_ns, const char *unit)
{
	units_add(out, amount * 1e9 / iteration_ns, unit);
	buf_adds(out, "/s");
}

void units_add_duration(struct buf *out, double seconds)
{
	if (seconds < 9.95)
		buf_addf(out, "%.1f s", seconds);
	else if (seconds < 59.5)
		buf_addf(out, "%.0f s", seconds);
	else
		buf_addf(out, "%.0f min %02.0f s", floor((seconds + .5) / 60),
			floor(fmod(seconds + .5, 60)));
}
