/* SPDX-License-Identifier: MIT-0 */
/*
 * What libdeflate does, built with one release of it or another by scripts/evidence/library. The
 * text is TEXT's first 16 KiB.
 */
#include <benchgate.h>
#include <libdeflate.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 16384, PIECE = 100, PIECES = 160 };

static char text[SIZE], packed[2 * SIZE], unpacked[SIZE];

static size_t pack(struct libdeflate_compressor *compressor)
{
	return libdeflate_deflate_compress(compressor, text, SIZE, packed, sizeof packed);
}

static void read_text(struct bg_run *run)
{
	FILE *file = fopen(TEXT, "r");

	if (!file || fread(text, 1, SIZE, file) != SIZE)
		bg_fail(run, "cannot read 16 KiB of " TEXT);
	if (file)
		fclose(file);
}

static void compress_at(struct bg_run *run, int level)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);

	read_text(run);
	BG_LOOP(run)
		BG_KEEP(pack(compressor));
	libdeflate_free_compressor(compressor);
}

BG_BENCH(compress_6, BG_CRITICAL, BG_ABOUT("16 KiB of C, at the usual level"))
{
	compress_at(run, 6);
}

BG_BENCH(compress_12, BG_CRITICAL, BG_ABOUT("16 KiB of C, as small as can be"))
{
	compress_at(run, 12);
}

BG_BENCH(decompress, BG_CRITICAL, BG_ABOUT("16 KiB of C, compressed at level 6"))
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
	struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
	size_t size;

	read_text(run);
	size = pack(compressor);
	BG_LOOP(run)
		BG_KEEP(libdeflate_deflate_decompress(
			decompressor, packed, size, unpacked, SIZE, NULL));
	if (memcmp(text, unpacked, SIZE) != 0)
		bg_fail(run, "it came back as another text");
	libdeflate_free_decompressor(decompressor);
	libdeflate_free_compressor(compressor);
}

typedef uint32_t checksum_fn(uint32_t before, const void *bytes, size_t size);

static void check_pieces(struct bg_run *run, checksum_fn *checksum)
{
	uint32_t sum = 0;

	read_text(run);
	BG_LOOP(run)
		for (int i = 0; i < PIECES; i++)
			sum = checksum(sum, text + i * PIECE, PIECE);
	BG_KEEP(sum);
}

BG_BENCH(crc32_short, BG_CRITICAL, BG_ABOUT("CRC-32 of 160 times 100 bytes"))
{
	check_pieces(run, libdeflate_crc32);
}

BG_BENCH(adler32_short, BG_CRITICAL, BG_ABOUT("Adler-32 of 160 times 100 bytes"))
{
	check_pieces(run, libdeflate_adler32);
}
