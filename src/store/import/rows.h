/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of all formats, for the table in formats.c alone; and what the files that hold them
 * include. */
#ifndef STORE_IMPORT_ROWS_H
#define STORE_IMPORT_ROWS_H

#include "store/import/reading.h"

extern const struct import_format import_google_benchmark, import_go, import_bmf;
extern const struct import_format import_criterion_sample, import_criterion_estimates;

#endif
