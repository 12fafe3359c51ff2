/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/machine.h"

#include "base/str.h"
#include "sys/cpu.h"

void machine_describe(struct env *env, const char *suite_compiler)
{
	*env = (struct env){
		.os = cpu_os(),
		.kernel = cpu_kernel(),
		.arch = cpu_arch(),
		.cpu = cpu_model(),
		.suite = str_dup(suite_compiler),
		.nr_cpus = cpu_count(),
		.memory_bytes = cpu_memory_bytes(),
	};
}
