/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the operating system says of the machine. Texts are the caller's to free; NULL where it does
 * not say, which is the common answer in virtual machines and outside Linux.
 */
#ifndef SYS_CPU_H
#define SYS_CPU_H

#include <stddef.h>
#include <stdint.h>

char *cpu_os(void);
char *cpu_kernel(void);
char *cpu_arch(void);
char *cpu_model(void);
char *cpu_smt(void);             /* "on" or "off" */
char *cpu_governor(void);        /* of the first processor */
char *cpu_turbo(void);           /* "on" or "off" */
char *cpu_hypervisor(void);      /* "none" or its name */
char *cpu_container(void);       /* "none" or its kind */
char *cpu_aslr(void);            /* "on", "off", "partly on", or "shell": off for this shell only */
char *cpu_huge_pages(void);      /* "always", "madvise" or "never" */
char *cpu_defragmentation(void); /* when the kernel makes room for them: "always", "madvise" ... */
char *cpu_compaction(void);      /* how eagerly it does so beforehand, 0 to 100 */
char *cpu_quota(void); /* processors that the control group may use up, like "1.5", or "none" */
char *cpu_libc(void);
char *cpu_host(void);

/* The processor that a process last ran on, or -1. */
int cpu_of(long pid);
/* Keeps a process (and the threads it will start) on one processor; -1: on any that we may use
 * ourselves. Where that cannot be done, nothing happens. */
void cpu_pin(long pid, int cpu);
/* Keeps this process on one processor. A child of ours that calls cpu_let_go between fork and exec
 * may use all that we could before. */
void cpu_stay(int cpu);
void cpu_let_go(void);
/* The processor of cpu_stay, or -1. */
int cpu_stays_on(void);
/* How many threads a process has; 0 where that cannot be told. */
uint64_t cpu_threads(long pid);

uint64_t cpu_count(void); /* that we may run on */
/* Fills in those that we may run on, one of each core: two of one core slow each other. Returns how
 * many. */
size_t cpu_list(int *cpus, size_t max);
/* How many cores they belong to, and no more than the control group may keep busy; at least 1. */
uint64_t cpu_cores(void);
uint64_t cpu_memory_bytes(void);

#endif
