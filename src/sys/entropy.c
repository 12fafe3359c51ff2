/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/entropy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int entropy_hex(size_t nr, char *hex, struct error *err)
{
	unsigned char bytes[ENTROPY_MAX_BYTES];

	if (nr > sizeof bytes || getentropy(bytes, nr))
		return error_set(
			err, ERR_IO, "the kernel gives no random bytes: %s", strerror(errno));
	for (size_t i = 0; i < nr; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}
