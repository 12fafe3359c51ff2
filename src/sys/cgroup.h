/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the Linux control groups that we are in allow us, versions 1 and 2 alike. */
#ifndef SYS_CGROUP_H
#define SYS_CGROUP_H

#include <stdint.h>

/* The smallest quota of our group and those around it, in processors; 0 when there is none. */
double cgroup_quota(void);

/* The smallest memory limit of our group and those around it, in bytes; 0 when there is none. */
double cgroup_memory_bytes(void);

/* How long our group, or one around it, has been kept from running so far, in microseconds. */
uint64_t cgroup_throttled_us(void);

#endif
