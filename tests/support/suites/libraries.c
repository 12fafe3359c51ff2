/* SPDX-License-Identifier: MIT-0 */
/*
 * What libraries do, built with one release or another by scripts/evidence/explained, which defines
 * the name of one library. Each benchmark uses what changed between those releases.
 */
#include <benchgate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 4096 };

static char text[16 * SIZE];

/* So many pieces of text, behind each other. */
static inline size_t repeat_text(const char *piece, size_t nr)
{
	size_t len = 0;

	for (size_t i = 0; i < nr; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s", piece);
	return len;
}

/* Words of a language of 300, some of which come often. */
static inline void fill_text(void)
{
	unsigned state = 1;

	for (size_t len = 0; len + 16 < sizeof text;) {
		state = state * 1103515245 + 12345;
		len += (size_t)snprintf(text + len, 16, "%x ",
			(state >> 16) % (1 + (state >> 8) % 300) * 2654435761u >> 4);
	}
}

#ifdef CJSON
#include "cJSON.h"

BG_BENCH(cjson_numbers, BG_CRITICAL)
{
	BG_LOOP(run) {
		cJSON *json = cJSON_Parse("[1, 2.5, 300, 4e4, 12345.678, -6]");

		BG_KEEP(json);
		cJSON_Delete(json);
	}
}

BG_BENCH(cjson_copies, BG_CRITICAL)
{
	cJSON *json = cJSON_Parse("{\"a\": [1, 2, {\"b\": \"text\"}], \"c\": [[[[true]]]]}");

	BG_LOOP(run) {
		cJSON *copy = cJSON_Duplicate(json, 1);

		BG_KEEP(copy);
		cJSON_Delete(copy);
	}
	cJSON_Delete(json);
}
#endif

#ifdef ZLIB
#include "zlib.h"

BG_BENCH(zlib_crc, BG_CRITICAL)
{
	fill_text();
	BG_LOOP(run)
		BG_KEEP(crc32(0, (const Bytef *)text, sizeof text));
}

BG_BENCH(zlib_combine, BG_CRITICAL)
{
	BG_LOOP(run)
		BG_KEEP(crc32_combine(0x12345678, 0x9abcdef0, 1000003));
}
#endif

#ifdef EXPAT
#include "expat.h"

/* A token of 64 KiB that comes in pieces. */
BG_BENCH(expat_pieces, BG_CRITICAL)
{
	memset(text, 'a', sizeof text);
	memcpy(text, "<!--", 4);
	BG_LOOP(run) {
		XML_Parser parser = XML_ParserCreate(NULL);

		for (size_t i = 0; i < sizeof text; i += 64)
			BG_KEEP(XML_Parse(parser, text + i, 64, 0));
		XML_ParserFree(parser);
	}
}
#endif

#ifdef JANSSON
#include "jansson.h"

BG_BENCH(jansson_reals, BG_CRITICAL)
{
	json_t *json = json_loads("[1.5, 2.25e10, 3.14159265358979, -0.1, 1e-7]", 0, NULL);

	BG_LOOP(run) {
		char *dumped = json_dumps(json, 0);

		BG_KEEP(dumped);
		free(dumped);
	}
	json_decref(json);
}
#endif

#ifdef JSON_C
#include "json.h"

BG_BENCH(jsonc_parses, BG_CRITICAL)
{
	BG_LOOP(run) {
		struct json_object *json =
			json_tokener_parse("{ \"a\" :  [ 1 , 20,   300 , 4.5 ] , \"b\" :  { } }");

		BG_KEEP(json);
		json_object_put(json);
	}
}
#endif

#ifdef MD4C
#include "md4c-html.h"

static void ignore_html(const MD_CHAR *html, MD_SIZE size, void *userdata)
{
	(void)userdata;
	BG_KEEP(html[size / 2]);
}

/* A paragraph of many lines with links over two of them. */
BG_BENCH(md4c_spans, BG_CRITICAL)
{
	size_t len =
		repeat_text("some [text\nof a link](here \"title\nof it\") and `code\nx`\n", 200);

	BG_LOOP(run)
		BG_KEEP(md_html(text, (MD_SIZE)len, ignore_html, NULL, 0, 0));
}
#endif

#ifdef LZ4
#include "lz4hc.h"

BG_BENCH(lz4_level_2, BG_CRITICAL)
{
	static char packed[2 * sizeof text];

	fill_text();
	BG_LOOP(run)
		BG_KEEP(LZ4_compress_HC(text, packed, sizeof text, sizeof packed, 2));
}
#endif

#ifdef HIREDIS
#include "read.h"

/* An array of long simple strings. */
BG_BENCH(hiredis_strings, BG_CRITICAL)
{
	size_t len = (size_t)snprintf(text, sizeof text, "*100\r\n");

	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
			"+a status that is as long as those that some servers send\r\n");
	BG_LOOP(run) {
		redisReader *reader = redisReaderCreateWithFunctions(NULL);
		void *reply;

		redisReaderFeed(reader, text, len);
		BG_KEEP(redisReaderGetReply(reader, &reply));
		redisReaderFree(reader);
	}
}
#endif

#ifdef UTF8PROC
#include "utf8proc.h"

BG_BENCH(utf8proc_composes, BG_CRITICAL)
{
	size_t len = repeat_text("e\xcc\x81 o\xcc\x88 plain text a\xcc\x8a ", 100);

	BG_LOOP(run) {
		utf8proc_uint8_t *out = NULL;

		BG_KEEP(utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &out,
			UTF8PROC_STABLE | UTF8PROC_COMPOSE));
		free(out);
	}
}
#endif

#ifdef SNAPPY
#include "snappy-c.h"

BG_BENCH(snappy_unpacks, BG_CRITICAL)
{
	static char packed[2 * sizeof text], unpacked[sizeof text];
	size_t packed_size = sizeof packed;

	fill_text();
	memcpy(text + sizeof text / 2, text, sizeof text / 2);
	snappy_compress(text, sizeof text, packed, &packed_size);
	BG_LOOP(run) {
		size_t size = sizeof unpacked;

		BG_KEEP(snappy_uncompress(packed, packed_size, unpacked, &size));
	}
}
#endif
