/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/gzip.h"

#include "base/error.h"
#include "base/mem.h"
#include "sys/dynlib.h"

#include <stdlib.h>
#include <zlib.h>

#define LEVEL 6
#define GZIP_WINDOW (15 + 16) /* 32 KiB, and a gzip header */
#define MEMORY_LEVEL 8

#define FUNCTIONS(each) each(deflateInit2_) each(deflateBound) each(deflate) each(deflateEnd)

#define FIELD(name) __typeof__(name) *name;
static struct {
	FUNCTIONS(FIELD)
} zlib;

#define SLOT(name) { #name, offsetof(__typeof__(zlib), name), NULL },
static const struct dynlib_slot functions[] = { FUNCTIONS(SLOT){ NULL, 0, NULL } };

static const char *const names[] = { "libz.so.1", "libz.1.dylib", NULL };
static const struct dynlib_need need = { "zlib", names, functions, "no zlib", "" };

static bool zlib_load(void)
{
	static enum { UNKNOWN, THERE, MISSING } state;
	struct error ignored = ERROR_INIT;

	if (state == UNKNOWN)
		state = dynlib_load(&need, &zlib, &ignored) ? MISSING : THERE;
	return state == THERE;
}

bool gzip_pack(const struct buf *bytes, struct buf *packed)
{
	z_stream stream = { .next_in = (Bytef *)bytes->data, .avail_in = (uInt)bytes->len };
	unsigned char *room;
	uLong bound;
	bool done;

	if (bytes->len != stream.avail_in || !zlib_load() ||
		zlib.deflateInit2_(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
			Z_DEFAULT_STRATEGY, ZLIB_VERSION, (int)sizeof stream) != Z_OK)
		return false;
	bound = zlib.deflateBound(&stream, bytes->len);
	room = mem_alloc(1, bound);
	stream.next_out = room;
	stream.avail_out = (uInt)bound;
	done = zlib.deflate(&stream, Z_FINISH) == Z_STREAM_END;
	if (done)
		buf_add(packed, room, stream.total_out);
	zlib.deflateEnd(&stream);
	free(room);
	return done;
}
