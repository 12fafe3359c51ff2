/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/units.h"

#include <math.h>
#include <string.h>

struct step {
	double factor;
	const char *unit;
};

/* Each ends with what is taken for all smaller values. */
static const struct step times[] = { { 1e9, " s" }, { 1e6, " ms" }, { 1e3, " us" }, { 1, " ns" } };
static const struct step counts[] = { { 1e9, " G" }, { 1e6, " M" }, { 1e3, " k" }, { 1, "" } };
static const struct step bytes[] = { { 1e9, " GB" }, { 1e6, " MB" }, { 1e3, " kB" }, { 1, " B" } };

/* From here on all whole digits are more than anybody reads, and more than a double holds. */
#define MOST_WHOLE 1e15

/* Three significant figures, without an exponent where that can be: 0.012, 1.23, 12.3, 123, 1234.
 */
static void units_add_figures(struct buf *out, double value)
{
	double size = fabs(value);
	int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || size == 0 ? 2 : 3;

	if ((size > 0 && size < 0.0995) || size >= MOST_WHOLE)
		buf_addf(out, "%.3g", value);
	else
		buf_addf(out, "%.*f", decimals, value);
}

/* The largest step that leaves a number of 1 or more, so that rounding never shows 1000. */
static const struct step *step_for(const struct step *steps, double value)
{
	while (steps->factor > 1 && fabs(value) < 0.9995 * steps->factor)
		steps++;
	return steps;
}

void units_add(struct buf *out, double value, const char *unit)
{
	const struct step *steps = strcmp(unit, "ns") == 0 ? times
		: strcmp(unit, "B") == 0                   ? bytes
		: !*unit                                   ? counts
							   : NULL;

	if (!isfinite(value)) {
		buf_addc(out, '-');
	} else if (steps) {
		units_add_figures(out, value / step_for(steps, value)->factor);
		buf_adds(out, step_for(steps, value)->unit);
	} else {
		/* A unit of the user's own may have its size in it already: no "kms". */
		units_add_figures(out, value);
		buf_addc(out, ' ');
		buf_add_printable(out, unit);
	}
}

void units_add_exact(struct buf *out, double value, const char *unit)
{
	buf_addf(out, "%.15g%s", value, *unit ? " " : "");
	buf_add_printable(out, unit);
}

void units_add_rate(struct buf *out, double amount, double iteration_ns, const char *unit)
{
	units_add(out, amount * 1e9 / iteration_ns, unit);
	buf_adds(out, "/s");
}

/* What rounding leaves of no change at all; more than counts of 2^53 can differ by. */
#define NO_CHANGE_PCT 1e-12

/* More figures than that tell nobody anything. */
#define MOST_PCT 99999.0

/* Smaller than a tenth: its first figure, so that a change is never shown as none. */
static void add_signed(struct buf *out, double ratio)
{
	double pct = 100 * ratio, size = fabs(pct);

	if (!isfinite(pct))
		buf_addc(out, '-');
	else if (size < NO_CHANGE_PCT)
		buf_adds(out, "+0.0");
	else if (size > MOST_PCT)
		buf_addf(out, "over %+.0f", MOST_PCT);
	else
		buf_addf(out, size >= 99.95 ? "%+.0f" : size >= 0.05 ? "%+.1f" : "%+.1g", pct);
}

void units_add_change(struct buf *out, double ratio)
{
	add_signed(out, ratio);
	if (isfinite(ratio))
		buf_adds(out, " %");
}

void units_add_percent(struct buf *out, double pct)
{
	if (pct > MOST_PCT)
		buf_addf(out, "over %.0f %%", MOST_PCT);
	else
		buf_addf(out, "%.1f %%", pct);
}

void units_add_changes(struct buf *out, double low, double high)
{
	add_signed(out, low);
	buf_adds(out, " .. ");
	units_add_change(out, high);
}

void units_add_ratio(struct buf *out, double ratio)
{
	buf_addf(out, "%.3g %%", 100 * ratio);
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
