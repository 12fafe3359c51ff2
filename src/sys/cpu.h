/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operating system says of the machine. */
#ifndef SYS_CPU_H
#define SYS_CPU_H

#include <stdint.h>

/* Owned by the caller, never NULL: "unknown" where it cannot be told. */
char *cpu_os(void);
char *cpu_kernel(void);
char *cpu_arch(void);
char *cpu_model(void);

uint64_t cpu_count(void); /* that we may run on */
uint64_t cpu_memory_bytes(void);

#endif
