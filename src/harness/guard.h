/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells memory that ran out from a plain crash. Under a memory limit most code dies of the NULL
 * that malloc gave it; what is left of that is errno, still ENOMEM when the signal comes or exit is
 * called. So the word is "probably".
 */
#ifndef HARNESS_GUARD_H
#define HARNESS_GUARD_H

/* Sends the message "memory" on fd should this process die while errno is ENOMEM. */
void guard_memory(int fd);

#endif
