/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/playground.h"
#include "sys/cpu.h"
#include "sys/hardware.h"
#include "sys/kernel_file.h"

/* A file of another machine, below the root that is read instead of this one's. */
static void machine_file(const char *path, const char *text)
{
	char folder[128];

	snprintf(folder, sizeof folder, "%s", path);
	for (char *slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(inside(folder), 0755);
		*slash = '/';
	}
	write_file(path, text, strlen(text));
}

static void is_text(char *text, const char *expected)
{
	if (!expected)
		assert_null(text);
	else
		assert_string_equal(text, expected);
	free(text);
}

TEST(a_machine_without_any_file_says_nothing)
{
	struct texts disks = { 0 };

	hardware_disks(&disks);
	assert_int_equal(disks.nr, 0);
	is_text(hardware_distribution(), NULL);
	is_text(hardware_interfaces(), "");
	assert_int_equal(hardware_network_mbps(), 0);
	is_text(cpu_governor(), NULL);
	is_text(cpu_turbo(), NULL);
	is_text(cpu_model(), NULL);
}

TEST(disks_are_told_with_size_and_kind)
{
	static const char *const expected[] = { "nvme0n1 2000398934016B NVMe SSD",
		"sda 500107862016B HDD", "sdb 512B SSD", "vda 10737418240B virtual" };
	struct texts disks = { 0 };

	machine_file("sys/block/vda/size", "20971520\n");
	machine_file("sys/block/vda/queue/rotational", "1\n");
	machine_file("sys/block/nvme0n1/size", "3907029168\n");
	machine_file("sys/block/sda/size", "976773168\n");
	machine_file("sys/block/sda/queue/rotational", "1\n");
	machine_file("sys/block/sdb/size", "1\n");
	machine_file("sys/block/sdb/queue/rotational", "0\n");
	machine_file("sys/block/sdc/size", "0\n");
	machine_file("sys/block/sdd/size", "many\n");
	machine_file("sys/block/loop0/size", "976773168\n");
	machine_file("sys/block/dm-0/size", "976773168\n");
	hardware_disks(&disks);
	assert_int_equal(disks.nr, 4);
	for (size_t i = 0; i < disks.nr; i++)
		assert_string_equal(disks.items[i], expected[i]);
	texts_release(&disks);
}

TEST(the_distribution_is_named_with_and_without_quotes)
{
	machine_file("etc/os-release", "NAME=\"Ubuntu\"\nPRETTY_NAME=\"Ubuntu 22.04.3 LTS\"\n");
	is_text(hardware_distribution(), "Ubuntu 22.04.3 LTS");
	machine_file("etc/os-release", "PRETTY_NAME=Alpine");
	is_text(hardware_distribution(), "Alpine");
	machine_file("etc/os-release", "NOT_PRETTY_NAME=Alpine\n");
	is_text(hardware_distribution(), NULL);
}

TEST(the_fastest_interface_counts_and_the_loopback_does_not)
{
	machine_file("sys/class/net/lo/operstate", "unknown\n");
	is_text(hardware_interfaces(), "");
	machine_file("sys/class/net/eth0/operstate", "up\n");
	machine_file("sys/class/net/eth0/speed", "10000\n");
	machine_file("sys/class/net/eth1/operstate", "down\n");
	machine_file("sys/class/net/eth1/speed", "-1\n");
	machine_file("sys/class/net/tun0/operstate", "unknown\n");
	machine_file("sys/class/net/tun0/speed", "4294967295\n");
	is_text(hardware_interfaces(), "eth0, tun0");
	assert_int_equal(hardware_network_mbps(), 10000);
}

TEST(the_processor_is_that_of_the_root)
{
	machine_file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Any 9000\n");
	machine_file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
	machine_file("sys/devices/system/cpu/cpufreq/boost", "1\n");
	is_text(cpu_model(), "Any 9000");
	is_text(cpu_governor(), "powersave");
	is_text(cpu_turbo(), "on");
	machine_file("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
	is_text(cpu_turbo(), "off");
}

TEST(the_choice_of_several_is_the_one_in_brackets)
{
	machine_file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	machine_file("sys/kernel/mm/transparent_hugepage/defrag", "always defer [broken\n");
	machine_file("proc/sys/vm/compaction_proactiveness", "20\n");
	is_text(cpu_huge_pages(), "madvise");
	is_text(cpu_defragmentation(), "always defer [broken");
	is_text(cpu_compaction(), "20");
}

TEST(a_value_is_written_into_a_file_that_is_there)
{
	struct error err = ERROR_INIT;

	machine_file("proc/sys/kernel/some", "a long old value\n");
	assert_int_equal(kernel_file_write("/proc/sys/kernel/some", "2", &err), 0);
	is_text(kernel_file_line("/proc/sys/kernel/some"), "2");
	assert_int_equal(kernel_file_write("/proc/sys/kernel/none", "2", &err), -1);
	assert_string_equal(
		err.text, "cannot write 2 to /proc/sys/kernel/none: No such file or directory");
	is_text(kernel_file_line("/proc/sys/kernel/none"), NULL);
}

static int set_up(void **state)
{
	return open_playground(state) || setenv("BENCHGATE_ROOT", playground, 1);
}

TEST_GROUP(set_up, close_playground);
