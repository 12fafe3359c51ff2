/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page for a browser, as text; tests/cli/html.bats opens it in one. */
#include "support/test.h"

#include "base/json.h"
#include "report/formats.h"
#include "report/html_parts.h"
#include "support/judged.h"

#define AWKWARD "</script><img src=x onerror=\"alert('1')\">&<!--"
#define AWKWARD_AS_HTML \
	"&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&lt;!--"

extern const char report_js[];
extern const char report_css[];
extern const char uplot_js[];
extern const char uplot_LICENSE[];

static const struct metric_kind rate_kind = { "rate", "1/s", true };

static size_t count(const char *text, const char *part)
{
	size_t nr = 0;

	while ((text = strstr(text, part))) {
		nr++;
		text += strlen(part);
	}
	return nr;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in it", part);
}

static void lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in it", part);
}

/* The page without what is built into it, which is a matter of its own. */
static char *own_part(const struct judged *judged)
{
	char *page = judged_rendered(judged, html_report);
	char *chart = strstr(page, uplot_js), *css = strstr(page, report_css);

	assert_non_null(chart);
	assert_non_null(css);
	memset(css, ' ', strlen(report_css));
	*chart = '\0';
	return page;
}

static struct json *data_of(const struct judged *judged)
{
	struct error err = ERROR_INIT;
	char *text = judged_rendered(judged, html_data);
	struct json *json = json_parse(text, strlen(text), &err);

	if (!json)
		fail_msg("%s", err.text);
	lacks(text, "<");
	free(text);
	return json;
}

static const struct json *first_of(const struct json *data)
{
	return json_first(json_get(data, "comparisons"));
}

TEST(names_can_do_nothing)
{
	struct judged judged;
	struct json *data;
	char *page;

	judged_init(&judged);
	judged_pair(&judged, AWKWARD, 0.065);
	page = own_part(&judged);
	lacks(page, "<img");
	assert_int_equal(count(page, "<!--"), 1);
	has(page, AWKWARD_AS_HTML "</button>");
	/* That of the JSON. */
	assert_int_equal(count(page, "</script>"), 1);
	data = data_of(&judged);
	assert_string_equal(json_text(json_get(first_of(data), "name")), AWKWARD);
	json_free(data);
	free(page);
	judged_release(&judged);
}

TEST(every_comparison_is_there)
{
	struct judged judged;
	struct fault fault = FAULT_INIT;
	struct json *data;
	char name[24], *page;
	size_t nr = 0;

	judged_init(&judged);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "bench%d", i);
		judged_pair(&judged, name, i % 3 ? 0 : 0.1);
	}
	judged_base(&judged.base, "gone", 0.004, 6);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(judged_result(&judged.head, "bad"), &fault);
	page = own_part(&judged);
	assert_int_equal(count(page, "<tbody id=\"c"), 42);
	assert_int_equal(count(page, "<tr class=\"more\" id=\"c"), 42);
	has(page, "crashed: SIGSEGV");
	has(page, "and 6 more, first in the table");
	/* What fails comes first. */
	assert_true(strstr(page, "data-word=\"REGRESSION\"") < strstr(page, "data-word=\"PASS\""));
	data = data_of(&judged);
	for (const struct json *at = first_of(data); at; at = json_next(at))
		nr++;
	assert_int_equal(nr, 42);
	json_free(data);
	free(page);
	judged_release(&judged);
}

TEST(nothing_is_loaded)
{
	static const char *const loads[] = { "http:", "https:", " src=", "url(", "@import",
		"<link rel=\"style", "<iframe", "<base", " onclick=", " style=" };
	struct judged judged;
	char *page;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	page = own_part(&judged);
	for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
		lacks(page, loads[i]);
		lacks(report_css, loads[i]);
		lacks(report_js, loads[i]);
	}
	has(page, "content=\"default-src 'none'; ");
	free(page);
	judged_release(&judged);
}

/* They stand in script and style elements as they are. */
TEST(what_is_built_in_ends_no_element)
{
	static const char *const texts[] = { report_css, report_js, uplot_js };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		lacks(texts[i], "</script");
		lacks(texts[i], "</style");
		lacks(texts[i], "<!--");
		lacks(texts[i], "sourceMappingURL");
	}
	lacks(uplot_LICENSE, "--");
	lacks(report_js, "innerHTML");
	lacks(report_js, "insertAdjacentHTML");
}

TEST(the_licence_of_what_is_built_in_goes_with_it)
{
	struct judged judged;
	char *page;

	judged_init(&judged);
	page = judged_rendered(&judged, html_report);
	has(page, "Leon Sorokin");
	has(page, "The above copyright notice and this permission notice shall be included");
	has(uplot_js, "/*! https://github.com/leeoniya/uPlot (v");
	free(page);
	judged_release(&judged);
}

TEST(plots_have_the_values_to_six_figures)
{
	struct judged judged;
	struct json *data;
	const double *values;
	size_t nr;

	judged_init(&judged);
	judged_base(&judged.base, "kept", 0.004, 6);
	judged_values(judged_result(&judged.head, "kept"), &time_kind, 1000.0 / 3, 0, 10);
	data = data_of(&judged);
	values = json_numbers(json_get(first_of(data), "head"), &nr);
	assert_int_equal(nr, 10);
	assert_true(values[0] == 333.333);
	json_numbers(json_get(first_of(data), "base"), &nr);
	assert_int_equal(nr, 60);
	assert_true(json_number(json_get(first_of(data), "threshold")) == 0.02);
	json_free(data);
	judged_release(&judged);
}

TEST(what_only_the_base_has_is_not_drawn_as_the_heads)
{
	struct judged judged;
	struct json *data;
	const struct json *gone;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	judged_values(judged_result(&judged.base, "kept"), &allocs_kind, 12, 0, 10);
	data = data_of(&judged);
	gone = json_next(first_of(data));
	assert_non_null(gone);
	assert_string_equal(json_text(json_get(gone, "name")), "kept allocs");
	assert_non_null(json_get(gone, "base"));
	assert_null(json_get(gone, "head"));
	json_free(data);
	judged_release(&judged);
}

TEST(without_a_base_it_shows_levels)
{
	struct judged judged;
	char *page;

	judged_init(&judged);
	judged_values(judged_result(&judged.head, "alone"), &rate_kind, 40, 0.01, 10);
	judged.trial = (struct trial){ .head = &judged.head };
	page = own_part(&judged);
	has(page, ">spread</button>");
	has(page, "alone rate</button>");
	lacks(page, ">change</button>");
	lacks(page, "What needs a look");
	free(page);
	judged_release(&judged);
}
