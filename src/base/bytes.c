/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"

void bytes_add_u64(struct buf *to, uint64_t number)
{
	unsigned char bytes[10];
	size_t len = 0;

	for (; number > 0x7f; number >>= 7)
		bytes[len++] = (unsigned char)(number | 0x80);
	bytes[len++] = (unsigned char)number;
	buf_add(to, bytes, len);
}

void bytes_add_i64(struct buf *to, int64_t number)
{
	uint64_t bits = (uint64_t)number;

	bytes_add_u64(to, bits << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

struct bytes bytes_of(const void *data, size_t len)
{
	const unsigned char *at = data;

	return (struct bytes){ at, len ? at + len : at, false };
}

uint64_t bytes_u64(struct bytes *bytes)
{
	uint64_t number = 0;

	for (unsigned shift = 0; bytes->at < bytes->end && shift < 64; shift += 7) {
		unsigned char byte = *bytes->at++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	bytes->wrong = true;
	bytes->at = bytes->end;
	return 0;
}

int64_t bytes_i64(struct bytes *bytes)
{
	uint64_t bits = bytes_u64(bytes);

	return (int64_t)(bits >> 1 ^ (bits & 1 ? UINT64_MAX : 0));
}

const void *bytes_take(struct bytes *bytes, uint64_t len)
{
	const void *taken = bytes->at;

	if (len > (uint64_t)(bytes->end - bytes->at)) {
		bytes->wrong = true;
		bytes->at = bytes->end;
		return NULL;
	}
	bytes->at += len;
	return taken;
}

bool bytes_are_left(const struct bytes *bytes)
{
	return bytes->at < bytes->end;
}
