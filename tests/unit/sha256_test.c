/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/mem.h"
#include "base/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What Python's hashlib says of as many letters a: about each place where the padding changes. */
static const struct {
	size_t len;
	const char *digest;
} letters[] = {
	{ 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ 1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
	{ 54, "a3f01b6939256127582ac8ae9fb47a382a244680806a3f613a118851c1ca1d47" },
	{ 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" },
	{ 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a" },
	{ 57, "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6" },
	{ 63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34" },
	{ 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" },
	{ 65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0" },
	{ 119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb" },
	{ 120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c" },
	{ 127, "c57e9278af78fa3cab38667bef4ce29d783787a2f731d4e12200270f0c32320a" },
	{ 128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e" },
	{ 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

static void check(const void *data, size_t len, const char *expected)
{
	char hex[SHA256_HEX_MAX];

	sha256_hex(data, len, hex);
	assert_string_equal(hex, expected);
}

/* FIPS 180-4's own. */
TEST(examples_of_the_standard_hold)
{
	check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(every_length_of_padding_is_right)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		char *text = mem_alloc(letters[i].len + 1, 1);

		memset(text, 'a', letters[i].len);
		check(text, letters[i].len, letters[i].digest);
		free(text);
	}
}

static void check_hmac(const char *key, const char *data, size_t len, const char *expected)
{
	char hex[SHA256_HEX_MAX];

	sha256_hmac_hex(key, data, len, hex);
	assert_string_equal(hex, expected);
}

/* RFC 4231; its other cases have keys with a NUL in them or are cut. */
TEST(examples_of_hmac_hold)
{
	char repeated[132];

	memset(repeated, 0x0b, 20);
	repeated[20] = 0;
	check_hmac(repeated, "Hi There", 8,
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check_hmac("Jefe", "what do ya want for nothing?", 28,
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(repeated, 0xaa, 131);
	repeated[131] = 0;
	check_hmac(repeated, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	check_hmac(repeated,
		"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
		152, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(keys_about_a_block_are_taken_as_they_are)
{
	static const struct {
		size_t len;
		const char *digest;
	} keys[] = {
		{ 63, "e27efa30bcbfbc25b4d936ffd8553392f398eb2edada1dac2423a961af0c305b" },
		{ 64, "890f3a16e0ca0aaa3bf180f70fa8e3970b3fd6505e98fde157988dcc19d1685c" },
		{ 65, "0c256505306af48015530c139bb7add5ad7a6a9291cd511278a067e765816fbd" },
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char key[66] = "";

		memset(key, 'k', keys[i].len);
		check_hmac(key, "message", 7, keys[i].digest);
	}
}
