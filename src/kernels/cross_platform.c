/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What file formats and protocols do so that every machine reads the same: integers in a given byte
 * order at odd addresses, integers of varying length, 64-bit products without a 128-bit type.
 * Compilers know these idioms, more or less, and this shows how well on a new machine.
 */
#include <benchgate.h>

enum { RECORDS = 4096, LONGEST = 1 + 2 + 4 + 8 + 10 };

struct record {
	uint8_t kind;
	uint16_t port;    /* big-endian, as networks like it */
	uint32_t address; /* the same */
	uint64_t time;    /* little-endian, as files like it */
	int64_t change;   /* in as few bytes as it needs */
};

static struct record written[RECORDS], found[RECORDS];
static uint8_t bytes[RECORDS * LONGEST];

static uint64_t cross_platform_draw(void)
{
	static uint64_t state = 64;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void draw_records(void)
{
	for (int i = 0; i < RECORDS; i++) {
		uint64_t digits = cross_platform_draw();

		written[i].kind = (uint8_t)digits;
		written[i].port = (uint16_t)(digits >> 8);
		written[i].address = (uint32_t)(digits >> 24);
		written[i].time = cross_platform_draw();
		written[i].change =
			(int64_t)(cross_platform_draw() >> (digits >> 58 | 1)) * (i % 2 ? 1 : -1);
	}
}

static uint8_t *put_big(uint8_t *to, uint64_t value, int size)
{
	for (int i = size - 1; i >= 0; i--)
		*to++ = (uint8_t)(value >> 8 * i);
	return to;
}

static uint8_t *put_little(uint8_t *to, uint64_t value, int size)
{
	for (int i = 0; i < size; i++)
		*to++ = (uint8_t)(value >> 8 * i);
	return to;
}

/* Seven bits a byte, the sign in the lowest: small numbers of either sign are short. */
static uint8_t *put_varying(uint8_t *to, int64_t value)
{
	uint64_t rest = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);

	for (; rest > 127; rest >>= 7)
		*to++ = (uint8_t)(rest | 128);
	*to++ = (uint8_t)rest;
	return to;
}

static uint64_t get_big(const uint8_t **from, int size)
{
	uint64_t value = 0;

	for (int i = 0; i < size; i++)
		value = value << 8 | *(*from)++;
	return value;
}

static uint64_t get_little(const uint8_t **from, int size)
{
	uint64_t value = 0;

	for (int i = 0; i < size; i++)
		value |= (uint64_t)(*from)[i] << 8 * i;
	*from += size;
	return value;
}

static int64_t get_varying(const uint8_t **from)
{
	uint64_t value = 0;
	int shift = 0;
	uint8_t byte;

	do {
		byte = *(*from)++;
		value |= (uint64_t)(byte & 127) << shift;
		shift += 7;
	} while (byte > 127);
	return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

static uint8_t *write_records(uint8_t *to)
{
	for (int i = 0; i < RECORDS; i++) {
		to = put_big(to, written[i].kind, 1);
		to = put_big(to, written[i].port, 2);
		to = put_big(to, written[i].address, 4);
		to = put_little(to, written[i].time, 8);
		to = put_varying(to, written[i].change);
	}
	return to;
}

static void read_records(const uint8_t *from)
{
	for (int i = 0; i < RECORDS; i++) {
		found[i].kind = (uint8_t)get_big(&from, 1);
		found[i].port = (uint16_t)get_big(&from, 2);
		found[i].address = (uint32_t)get_big(&from, 4);
		found[i].time = get_little(&from, 8);
		found[i].change = get_varying(&from);
	}
}

/* Both halves of the product of two 64-bit numbers, one folded over the other. */
static uint64_t multiply_fold(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t middle1 = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t middle2 = (a & UINT32_MAX) * (b >> 32) + (middle1 & UINT32_MAX);
	uint64_t high = (a >> 32) * (b >> 32) + (middle1 >> 32) + (middle2 >> 32);

	return high ^ (middle2 << 32 | (low & UINT32_MAX));
}

/* Of whole words; a few bytes left over at the end do not count. */
static uint64_t checksum(const uint8_t *from, const uint8_t *end)
{
	uint64_t sum = 0;

	while (end - from >= 8)
		sum = multiply_fold(sum ^ get_little(&from, 8), 0x9e3779b97f4a7c15u) + 1;
	return sum;
}

static int cross_platform_is_same(const struct record *a, const struct record *b)
{
	return a->kind == b->kind && a->port == b->port && a->address == b->address &&
		a->time == b->time && a->change == b->change;
}

BG_BENCH(cross_platform_performance, BG_COMPREHENSIVE,
	BG_ABOUT("write, sum up and read 4,096 records in a format for every machine"))
{
	const uint64_t sum_everywhere = 0x23a4e86b77d7ead0;
	uint64_t sum = 0;
	const uint8_t *end = bytes;

	run->items = RECORDS;
	draw_records();

	BG_LOOP(run) {
		end = write_records(bytes);
		sum = checksum(bytes, end);
		read_records(bytes);
	}

	run->bytes = (double)(end - bytes);
	if (sum != sum_everywhere)
		bg_fail(run, "the sum is %#llx, not %#llx", (unsigned long long)sum,
			(unsigned long long)sum_everywhere);
	for (int i = 0; i < RECORDS; i++)
		if (!cross_platform_is_same(&found[i], &written[i]))
			bg_fail(run, "record %d came back as another one", i);
}
