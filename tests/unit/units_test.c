/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/units.h"

#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static void check(struct buf *out, const char *expected)
{
	assert_string_equal(out->data, expected);
	buf_release(out);
}

TEST(values_have_three_figures_and_a_fitting_unit)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{ 0, "ns", "0.00 ns" },
		{ 0.25, "ns", "0.250 ns" },
		{ 1, "ns", "1.00 ns" },
		{ 12.345, "ns", "12.3 ns" },
		{ 789, "ns", "789 ns" },
		{ 4560, "ns", "4.56 us" },
		{ 78.9e6, "ns", "78.9 ms" },
		{ 1.23e9, "ns", "1.23 s" },
		{ 1.234e12, "ns", "1234 s" },
		{ -1500, "ns", "-1.50 us" },
		/* What would round to the next size is of the next size. */
		{ 0.99949, "ns", "0.999 ns" },
		{ 0.9996, "ns", "1.00 ns" },
		{ 9.994, "ns", "9.99 ns" },
		{ 9.996, "ns", "10.0 ns" },
		{ 99.94, "ns", "99.9 ns" },
		{ 99.96, "ns", "100 ns" },
		{ 999.49, "ns", "999 ns" },
		{ 999.5, "ns", "1.00 us" },
		{ 999.6, "ns", "1.00 us" },
		{ -999.6, "ns", "-1.00 us" },
		{ 999499, "ns", "999 us" },
		{ 999600, "ns", "1.00 ms" },
		{ 999600000, "ns", "1.00 s" },
		{ 0, "B", "0.00 B" },
		{ 512, "B", "512 B" },
		{ 1536, "B", "1.54 kB" },
		{ 999.6, "B", "1.00 kB" },
		{ 2.5e6, "B", "2.50 MB" },
		{ 3.21e9, "B", "3.21 GB" },
		{ 1e13, "B", "10000 GB" },
		{ 1e308, "ns", "1e+299 s" },
		{ -1e308, "", "-1e+299 G" },
		{ 1.234e15, "widgets", "1.23e+15 widgets" },
		{ 999e12, "widgets", "999000000000000 widgets" },
		{ 42, "", "42.0" },
		{ 42000, "", "42.0 k" },
		{ 0.5, "ratio", "0.500 ratio" },
		{ 0.00012, "ratio", "0.00012 ratio" },
		{ 42000, "ms", "42000 ms" },
		{ 12.345, "%", "12.3 %" },
		{ NAN, "ns", "-" },
		{ NAN, "", "-" },
		{ INFINITY, "B", "-" },
		{ -INFINITY, "ns", "-" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf out = BUF_INIT;

		units_add(&out, cases[i].value, cases[i].unit);
		check(&out, cases[i].text);
	}
}

TEST(no_value_ever_shows_four_figures_below_the_largest_unit)
{
	for (int step = 0; step < 40000; step++) {
		double value = 0.1 * pow(1.0007, step);
		struct buf out = BUF_INIT;
		size_t nr_digits = 0;

		units_add(&out, value, "ns");
		for (size_t i = 0; i < out.len; i++)
			nr_digits += out.data[i] >= '0' && out.data[i] <= '9';
		nr_digits -= out.data[0] == '0';
		if (nr_digits != 3)
			fail_msg("%.9g ns is told as %s", value, out.data);
		buf_release(&out);
	}
}

TEST(a_percentage_has_no_more_figures_than_tell_something)
{
	struct buf out = BUF_INIT;

	units_add_percent(&out, 12.34);
	buf_addc(&out, ' ');
	units_add_percent(&out, 1e302);
	check(&out, "12.3 % over 99999 %");
}

TEST(what_is_exact_has_all_its_figures)
{
	struct buf out = BUF_INIT;

	units_add_exact(&out, 1234567, "B");
	check(&out, "1234567 B");
	units_add_exact(&out, 100, "");
	check(&out, "100");
	units_add_exact(&out, 0.5, "a\033b");
	check(&out, "0.5 a?b");
}

TEST(a_rate_is_an_amount_a_second)
{
	static const struct {
		double amount, iteration_ns;
		const char *unit, *text;
	} cases[] = {
		{ 4096, 1000, "B", "4.10 GB/s" },
		{ 1, 1000, "", "1.00 M/s" },
		{ 1, 1e9, "", "1.00/s" },
		{ 12, 1e9, "B", "12.0 B/s" },
		{ 1, NAN, "B", "-/s" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf out = BUF_INIT;

		units_add_rate(&out, cases[i].amount, cases[i].iteration_ns, cases[i].unit);
		check(&out, cases[i].text);
	}
}

TEST(durations_are_for_people)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ 0, "0.0 s" },
		{ 0.3, "0.3 s" },
		{ 9.94, "9.9 s" },
		{ 9.96, "10 s" },
		{ 12, "12 s" },
		{ 59.4, "59 s" },
		{ 59.6, "1 min 00 s" },
		{ 60, "1 min 00 s" },
		{ 119.4, "1 min 59 s" },
		{ 119.6, "2 min 00 s" },
		{ 200, "3 min 20 s" },
		{ 3725, "62 min 05 s" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf out = BUF_INIT;

		units_add_duration(&out, cases[i].seconds);
		check(&out, cases[i].text);
	}
}
