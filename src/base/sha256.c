/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sha256.h"

#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_BYTES 64
#define DIGEST_BYTES 32

/* The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
 */
static const uint32_t cube_roots[64] = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

/* The same of the square roots of the first 8 (5.3.3). */
static const uint32_t square_roots[8] = {
	0x6a09e667,
	0xbb67ae85,
	0x3c6ef372,
	0xa54ff53a,
	0x510e527f,
	0x9b05688c,
	0x1f83d9ab,
	0x5be0cd19,
};

static uint32_t rotated(uint32_t x, unsigned by)
{
	return x >> by | x << (32 - by);
}

static void sha256_spread(const unsigned char *block, uint32_t w[64])
{
	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
			(uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (size_t i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[i - 7] +
			(rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
	}
}

static void take_block(uint32_t state[8], const unsigned char *block)
{
	uint32_t w[64], s[8];

	sha256_spread(block, w);
	memcpy(s, state, sizeof s);
	for (size_t i = 0; i < 64; i++) {
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) +
			choice + cube_roots[i] + w[i];
		uint32_t two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) + most;

		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += one;
		s[0] = one + two;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

/* The last block or two: what is left, a bit, and how many bits there were. */
static void take_end(uint32_t state[8], const unsigned char *rest, size_t len)
{
	unsigned char end[2 * BLOCK_BYTES] = { 0 };
	size_t left = len % BLOCK_BYTES, nr = left < BLOCK_BYTES - 8 ? 1 : 2;
	uint64_t bits = (uint64_t)len * 8;

	memcpy(end, rest, left);
	end[left] = 0x80;
	for (size_t i = 0; i < 8; i++)
		end[nr * BLOCK_BYTES - 1 - i] = (unsigned char)(bits >> (8 * i));
	for (size_t i = 0; i < nr; i++)
		take_block(state, end + i * BLOCK_BYTES);
}

static void sha256(const void *data, size_t len, unsigned char digest[DIGEST_BYTES])
{
	const unsigned char *at = data;
	uint32_t state[8];

	memcpy(state, square_roots, sizeof state);
	for (size_t left = len; left >= BLOCK_BYTES; left -= BLOCK_BYTES, at += BLOCK_BYTES)
		take_block(state, at);
	take_end(state, at, len);
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		digest[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}

static void sha256_print(const unsigned char digest[DIGEST_BYTES], char hex[SHA256_HEX_MAX])
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void sha256_hex(const void *data, size_t len, char hex[SHA256_HEX_MAX])
{
	unsigned char digest[DIGEST_BYTES];

	sha256(data, len, digest);
	sha256_print(digest, hex);
}

/* Over the key, each byte changed by the pad, and then the data. */
static void keyed(const unsigned char key[BLOCK_BYTES], unsigned char pad, const void *data,
	size_t len, unsigned char digest[DIGEST_BYTES])
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < BLOCK_BYTES; i++)
		buf_addc(&all, (char)(key[i] ^ pad));
	buf_add(&all, data, len);
	sha256(all.data, all.len, digest);
	explicit_bzero(all.data, BLOCK_BYTES);
	buf_release(&all);
}

void sha256_hmac_hex(const char *key, const void *data, size_t len, char hex[SHA256_HEX_MAX])
{
	unsigned char block[BLOCK_BYTES] = { 0 }, digest[DIGEST_BYTES];
	size_t key_len = strlen(key);

	if (key_len > BLOCK_BYTES)
		sha256(key, key_len, block);
	for (size_t i = 0; key_len <= BLOCK_BYTES && i < key_len; i++)
		block[i] = (unsigned char)key[i];
	keyed(block, 0x36, data, len, digest);
	keyed(block, 0x5c, digest, sizeof digest, digest);
	sha256_print(digest, hex);
	explicit_bzero(block, sizeof block);
}
