/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "gate/requirements_json.h"

#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define HASH "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define OTHER_HASH "f123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

/* What an "environment" asks; -1 with the error when it is wrong. */
static int asks(const char *text, struct requirements *asked, struct error *err)
{
	struct json *json = json_parse(text, strlen(text), err);
	int rc;

	*asked = (struct requirements){ 0 };
	if (!json)
		fail_msg("%s: %s", text, err->text);
	rc = requirements_read(json, asked, err);
	json_free(json);
	return rc;
}

static char *find_perf(const char *name)
{
	return strcmp(name, "perf") == 0 ? str_dup("/usr/bin/perf") : NULL;
}

/* Of Cargo.lock only. */
static char *hash_lock(void *context, const char *path)
{
	(void)context;
	return strcmp(path, "Cargo.lock") == 0 ? str_dup(HASH) : NULL;
}

/* A server of its own. What a case changes is set afterwards. */
struct subject {
	struct env env;
	struct texts disks;
	struct requirement_facts facts;
};

static void subject_init(struct subject *subject)
{
	*subject = (struct subject){ 0 };
	env_set(&subject->env, ENV_CPU, "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz");
	env_set(&subject->env, ENV_CPUS, "64");
	env_set(&subject->env, ENV_OS, "Linux");
	env_set(&subject->env, ENV_HYPERVISOR, "none");
	env_set(&subject->env, ENV_CPU_QUOTA, "none");
	env_set(&subject->env, ENV_GOVERNOR, "performance");
	env_set(&subject->env, ENV_TURBO, "off");
	texts_add(&subject->disks, "sda 500107862016B HDD");
	texts_add(&subject->disks, "nvme0n1 2000398934016B NVMe SSD");
	subject->facts = (struct requirement_facts){ .env = &subject->env,
		.distribution = "Ubuntu 22.04.3 LTS",
		.rust = "rustc 1.70.0 (90c541806 2023-05-31)",
		.interfaces = "",
		.disks = &subject->disks,
		.cores = 32,
		.ram_bytes = 134e9,
		.network_mbps = 10000,
		.find_program = find_perf,
		.hash_file = hash_lock };
}

static void subject_release(struct subject *subject)
{
	env_release(&subject->env);
	texts_release(&subject->disks);
}

/* What the subject answers to an "environment" of one requirement. */
static void answers(const struct subject *subject, const char *text, enum requirement_word word,
	const char *here)
{
	struct requirements asked;
	struct requirement_answer answer;
	struct error err = ERROR_INIT;

	if (asks(text, &asked, &err))
		fail_msg("%s: %s", text, err.text);
	assert_int_equal(asked.nr, 1);
	requirement_check(&asked.items[0], &subject->facts, &answer);
	if (answer.word != word || !strstr(answer.here.data, here))
		fail_msg("%s: %s (%s)", text, requirement_word_name(answer.word), answer.here.data);
	assert_int_equal(answer.mend != NULL, word == REQUIREMENT_FAILED);
	requirement_answer_release(&answer);
	requirements_release(&asked);
}

TEST(each_requirement_holds_or_fails_or_cannot_be_checked)
{
	static const struct {
		const char *text;
		enum requirement_word word;
		const char *here;
	} cases[] = {
		{ "{\"cpu\":\"Intel Xeon E5-2680 v4\"}", REQUIREMENT_MET, "2.40GHz" },
		{ "{\"cpu\":\"intel xeon\"}", REQUIREMENT_MET, "" },
		{ "{\"cpu\":\"Intel Xeon E5-2680 v4 or equivalent\"}", REQUIREMENT_MET, "" },
		{ "{\"cpu\":\"Intel Xeon E5-2680 v3\"}", REQUIREMENT_FAILED, "v4" },
		{ "{\"cpu\":\"Xeon E5-26\"}", REQUIREMENT_FAILED, "" },
		{ "{\"cpu\":\"AMD EPYC or equivalent\"}", REQUIREMENT_NOT_CHECKED, "equivalent" },
		{ "{\"cores\":32}", REQUIREMENT_MET, "32" },
		{ "{\"cores\":33}", REQUIREMENT_FAILED, "32" },
		{ "{\"cores\":1000000}", REQUIREMENT_FAILED, "32" },
		{ "{\"processors\":64}", REQUIREMENT_MET, "64" },
		{ "{\"processors\":65}", REQUIREMENT_FAILED, "64" },
		{ "{\"ram\":\"128GB\"}", REQUIREMENT_MET, "134GB" },
		{ "{\"ram\":\"128 GiB\"}", REQUIREMENT_MET, "" },
		{ "{\"ram\":\"134GiB\"}", REQUIREMENT_FAILED, "134GB" },
		{ "{\"ram\":\"1e18B\"}", REQUIREMENT_FAILED, "" },
		{ "{\"storage\":\"2TB NVMe SSD\"}", REQUIREMENT_MET, "nvme0n1 2e+03GB" },
		{ "{\"storage\":\"2 TB SSD\"}", REQUIREMENT_MET, "" },
		{ "{\"storage\":\"500GB HDD\"}", REQUIREMENT_MET, "" },
		{ "{\"storage\":\"600GB HDD\"}", REQUIREMENT_FAILED, "" },
		{ "{\"storage\":\"3 TB\"}", REQUIREMENT_FAILED, "" },
		{ "{\"storage\":\"2TB fast SSD\"}", REQUIREMENT_NOT_CHECKED, "cannot tell more" },
		{ "{\"network\":\"10Gbps\"}", REQUIREMENT_MET, "10000Mbps" },
		{ "{\"network\":\"1000 Mbit/s\"}", REQUIREMENT_MET, "" },
		{ "{\"network\":\"25Gbps\"}", REQUIREMENT_FAILED, "10000Mbps" },
		{ "{\"dedicated_instances\":true}", REQUIREMENT_MET, "no hypervisor" },
		{ "{\"network_isolation\":true}", REQUIREMENT_MET, "no network is up" },
		{ "{\"resource_guarantees\":true}", REQUIREMENT_MET, "no quota" },
		{ "{\"consistent_performance\":true}", REQUIREMENT_MET, "turbo off" },
		{ "{\"operating_system\":\"Ubuntu 22.04 LTS\"}", REQUIREMENT_MET, "22.04.3" },
		{ "{\"operating_system\":\"ubuntu\"}", REQUIREMENT_MET, "" },
		{ "{\"operating_system\":\"Ubuntu 22.0\"}", REQUIREMENT_FAILED, "22.04.3" },
		{ "{\"operating_system\":\"Ubuntu 2\"}", REQUIREMENT_FAILED, "22.04.3" },
		{ "{\"rust_toolchain\":\"1.70 stable\"}", REQUIREMENT_MET, "rustc 1.70.0" },
		{ "{\"rust_toolchain\":\"1.71\"}", REQUIREMENT_FAILED, "rustc 1.70.0" },
		{ "{\"rust_toolchain\":\"latest stable\"}", REQUIREMENT_NOT_CHECKED, "latest" },
		{ "{\"benchmark_tools\":\"perf\"}", REQUIREMENT_MET, "/usr/bin/perf" },
		{ "{\"benchmark_tools\":[\"Criterion.rs\"]}", REQUIREMENT_NOT_CHECKED, "PATH" },
		{ "{\"benchmark_tools\":[\"../perf\"]}", REQUIREMENT_NOT_CHECKED, "PATH" },
		{ "{\"dependency_versions\":\"pinned_sha256\"}", REQUIREMENT_FAILED, "no file" },
		{ "{\"pinned\":{\"Cargo.lock\":\"" HASH "\"}}", REQUIREMENT_MET, HASH },
		{ "{\"pinned\":{\"other.lock\":\"" HASH "\"}}", REQUIREMENT_FAILED, "no file" },
		{ "{\"pinned\":{\"Cargo.lock\":\"" OTHER_HASH "\"}}", REQUIREMENT_FAILED, HASH },
	};
	struct subject subject;

	subject_init(&subject);
	for (size_t i = 0; i < NR(cases); i++)
		answers(&subject, cases[i].text, cases[i].word, cases[i].here);
	subject_release(&subject);
}

TEST(a_guest_with_a_quota_under_a_governor_is_not_isolated)
{
	struct subject subject;

	subject_init(&subject);
	env_set(&subject.env, ENV_HYPERVISOR, "KVM");
	answers(&subject, "{\"dedicated_instances\":true}", REQUIREMENT_NOT_CHECKED, "KVM");
	answers(&subject, "{\"resource_guarantees\":true}", REQUIREMENT_NOT_CHECKED, "no quota");
	env_set(&subject.env, ENV_STEAL, "2.50");
	answers(&subject, "{\"dedicated_instances\":true}", REQUIREMENT_FAILED, "2.5 %");
	env_set(&subject.env, ENV_CPU_QUOTA, "1.5");
	answers(&subject, "{\"resource_guarantees\":true}", REQUIREMENT_FAILED, "1.5");
	env_set(&subject.env, ENV_GOVERNOR, "powersave");
	answers(&subject, "{\"consistent_performance\":true}", REQUIREMENT_FAILED, "powersave");
	env_set(&subject.env, ENV_GOVERNOR, "performance");
	env_set(&subject.env, ENV_TURBO, "on");
	answers(&subject, "{\"consistent_performance\":true}", REQUIREMENT_FAILED, "turbo on");
	subject.facts.interfaces = "eth0";
	answers(&subject, "{\"network_isolation\":true}", REQUIREMENT_FAILED, "eth0");
	subject.facts.sandboxed = true;
	answers(&subject, "{\"network_isolation\":true}", REQUIREMENT_MET, "sandbox");
	subject_release(&subject);
}

/* "met" needs evidence. */
TEST(a_machine_that_says_nothing_meets_nothing)
{
	static const struct {
		const char *text;
		enum requirement_word word;
	} cases[] = {
		{ "{\"cpu\":\"Intel\"}", REQUIREMENT_NOT_CHECKED },
		{ "{\"processors\":1}", REQUIREMENT_NOT_CHECKED },
		{ "{\"ram\":\"1GB\"}", REQUIREMENT_NOT_CHECKED },
		{ "{\"storage\":\"1GB\"}", REQUIREMENT_NOT_CHECKED },
		{ "{\"network\":\"1Gbps\"}", REQUIREMENT_NOT_CHECKED },
		{ "{\"dedicated_instances\":true}", REQUIREMENT_NOT_CHECKED },
		{ "{\"resource_guarantees\":true}", REQUIREMENT_NOT_CHECKED },
		{ "{\"consistent_performance\":true}", REQUIREMENT_NOT_CHECKED },
		{ "{\"operating_system\":\"Ubuntu\"}", REQUIREMENT_NOT_CHECKED },
		{ "{\"rust_toolchain\":\"stable\"}", REQUIREMENT_FAILED },
	};
	struct env env = { { NULL } };
	struct texts disks = { 0 };
	struct subject subject = { .facts = { .env = &env,
					   .disks = &disks,
					   .interfaces = "",
					   .find_program = find_perf,
					   .hash_file = hash_lock } };

	for (size_t i = 0; i < NR(cases); i++)
		answers(&subject, cases[i].text, cases[i].word, "");
}

/* Of a disk of a guest only the size is known. */
TEST(the_kind_of_a_virtual_disk_is_not_checked)
{
	struct subject subject;

	subject_init(&subject);
	texts_release(&subject.disks);
	texts_add(&subject.disks, "vda 2000398934016B virtual");
	answers(&subject, "{\"storage\":\"2TB\"}", REQUIREMENT_MET, "virtual");
	answers(&subject, "{\"storage\":\"2TB NVMe SSD\"}", REQUIREMENT_NOT_CHECKED, "virtual");
	answers(&subject, "{\"storage\":\"3TB NVMe SSD\"}", REQUIREMENT_FAILED, "virtual");
	subject_release(&subject);
}

TEST(a_nightly_compiler_is_not_stable)
{
	struct subject subject;

	subject_init(&subject);
	subject.facts.rust = "rustc 1.80.0-nightly (0123456 2024-05-31)";
	answers(&subject, "{\"rust_toolchain\":\"latest stable\"}", REQUIREMENT_FAILED, "nightly");
	answers(&subject, "{\"rust_toolchain\":\"nightly\"}", REQUIREMENT_FAILED, "nightly");
	subject_release(&subject);
}

TEST(versions_are_pinned_where_a_file_is)
{
	static const char *const texts[] = {
		"{\"dependency_versions\":\"pinned_sha256\",\"pinned\":{\"Cargo.lock\":\"" HASH
		"\"}}",
		"[{\"dependency_versions\":\"pinned_sha256\"},{\"pinned\":{\"Cargo.lock\":\"" HASH
		"\"}},{\"dependency_versions\":\"pinned_sha256\"}]",
	};
	struct subject subject;

	subject_init(&subject);
	for (size_t i = 0; i < NR(texts); i++) {
		struct requirements asked;
		struct requirement_answer answer;
		struct error err = ERROR_INIT;

		assert_int_equal(asks(texts[i], &asked, &err), 0);
		assert_int_equal(asked.nr, i + 2);
		for (size_t j = 0; j < asked.nr; j++) {
			requirement_check(&asked.items[j], &subject.facts, &answer);
			assert_int_equal(answer.word, REQUIREMENT_MET);
			requirement_answer_release(&answer);
		}
		requirements_release(&asked);
	}
	subject_release(&subject);
}

TEST(keys_stand_in_their_section_or_outside_and_false_asks_nothing)
{
	struct requirements asked;
	struct error err = ERROR_INIT;

	assert_int_equal(asks("[{\"compute_instances\":{\"cores\":2},\"cores\":3},"
			      " {\"isolation_requirements\":{\"network_isolation\":false}},"
			      " {\"benchmark_tools\":[\"a\",\"b\"],\"pinned\":{}}, {}]",
				 &asked, &err),
		0);
	assert_int_equal(asked.nr, 4);
	assert_string_equal(asked.items[0].place, "environment.compute_instances.cores");
	assert_string_equal(asked.items[0].asked, "2");
	assert_string_equal(asked.items[1].place, "environment.cores");
	assert_string_equal(asked.items[3].asked, "b");
	requirements_release(&asked);
}

#define ISOLATION \
	"dedicated_instances, network_isolation, resource_guarantees, consistent_performance"
#define WHOLE "a whole number from 1 to 1000000"
#define SIZE "a size above 0, such as \"128GB\""
#define RATE "a rate above 0, such as \"10Gbps\" or \"100 Mbit/s\""

TEST(what_is_wrong_is_told_with_its_place)
{
	static const struct {
		const char *text, *error;
	} wrong[] = {
		{ "1", "environment is 1; it must be an object or a list of objects" },
		{ "[[]]", "environment is a list; it must be an object or a list of objects" },
		{ "{\"compute_instances\":[]}",
			"environment.compute_instances is a list; it must be an object" },
		{ "{\"core\":1}",
			"unknown key 'environment.core'; did you mean cores? known keys: cpu, cores, processors, ram, storage, network, " ISOLATION
			", operating_system, rust_toolchain, benchmark_tools, dependency_versions, pinned" },
		{ "{\"isolation_requirements\":{\"xyzzy_plugh\":1}}",
			"unknown key 'environment.isolation_requirements.xyzzy_plugh'; known keys: " ISOLATION },
		{ "{\"isolation_requirements\":{\"cores\":1}}",
			"unknown key 'environment.isolation_requirements.cores'; known keys: " ISOLATION },
		{ "{\"cpu\":\"\"}",
			"environment.cpu is \"\"; it must be a text that is not empty" },
		{ "{\"cpu\":1}", "environment.cpu is 1; it must be a text that is not empty" },
		{ "{\"cores\":0}", "environment.cores is 0; it must be " WHOLE },
		{ "{\"cores\":1.5}", "environment.cores is 1.5; it must be " WHOLE },
		{ "{\"cores\":-1}", "environment.cores is -1; it must be " WHOLE },
		{ "{\"cores\":1000001}", "environment.cores is 1000001; it must be " WHOLE },
		{ "{\"cores\":1e300}", "environment.cores is 1e+300; it must be " WHOLE },
		{ "{\"cores\":\"2\"}", "environment.cores is \"2\"; it must be " WHOLE },
		{ "{\"ram\":128}", "environment.ram is 128; it must be " SIZE },
		{ "{\"ram\":\"128\"}", "environment.ram is \"128\"; it must be " SIZE },
		{ "{\"ram\":\"0GB\"}", "environment.ram is \"0GB\"; it must be " SIZE },
		{ "{\"ram\":\"5s\"}", "environment.ram is \"5s\"; it must be " SIZE },
		{ "{\"ram\":\"1e300B\"}", "environment.ram is \"1e300B\"; it must be " SIZE },
		{ "{\"ram\":\"1e999GB\"}", "environment.ram is \"1e999GB\"; it must be " SIZE },
		{ "{\"network\":\"10\"}", "environment.network is \"10\"; it must be " RATE },
		{ "{\"network\":\"fast\"}", "environment.network is \"fast\"; it must be " RATE },
		{ "{\"network\":\"Gbps\"}", "environment.network is \"Gbps\"; it must be " RATE },
		{ "{\"network\":\"-1Gbps\"}",
			"environment.network is \"-1Gbps\"; it must be " RATE },
		{ "{\"network\":\"0x1Gbps\"}",
			"environment.network is \"0x1Gbps\"; it must be " RATE },
		{ "{\"network\":\"1e300Gbps\"}",
			"environment.network is \"1e300Gbps\"; it must be " RATE },
		{ "{\"dedicated_instances\":\"yes\"}",
			"environment.dedicated_instances is \"yes\"; it must be true or false" },
		{ "{\"benchmark_tools\":[\"a\",1]}",
			"environment.benchmark_tools is 1; it must be a text or a list of texts, none of them empty" },
		{ "{\"dependency_versions\":\"latest\"}",
			"environment.dependency_versions is \"latest\"; it must be \"pinned_sha256\"" },
		{ "{\"pinned\":[]}",
			"environment.pinned is a list; it must be an object of SHA-256 by paths" },
		{ "{\"pinned\":{\"a\":\"12\"}}",
			"environment.pinned.a is \"12\"; it must be the 64 digits of a SHA-256" },
	};

	for (size_t i = 0; i < NR(wrong); i++) {
		struct requirements asked;
		struct error err = ERROR_INIT;

		if (asks(wrong[i].text, &asked, &err) != -1)
			fail_msg("taken: %s", wrong[i].text);
		assert_string_equal(err.text, wrong[i].error);
		assert_int_equal(err.kind, ERR_USAGE);
		requirements_release(&asked);
	}
}
