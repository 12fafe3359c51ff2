/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine is built of and runs, as far as its kernel says. Texts are the caller's to free;
 * NULL where it does not say. */
#ifndef SYS_HARDWARE_H
#define SYS_HARDWARE_H

#include "base/texts.h"

#include <stdint.h>

char *hardware_distribution(void); /* "Ubuntu 22.04.3 LTS" */

/* Adds a text for each disk: name, size and what else is known: "nvme0n1 2000398934016B NVMe SSD",
 * "sda 500107862016B HDD", "vda 10737418240B virtual". */
void hardware_disks(struct texts *disks);

/* The fastest network interface in megabits a second; 0 where none says how fast it is. */
uint64_t hardware_network_mbps(void);

/* Interfaces that are up, but for the loopback: "eth0, wlan0", or "". */
char *hardware_interfaces(void);

#endif
