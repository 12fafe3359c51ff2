/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/import/rows.h"

const struct import_format *const import_formats[] = {
	&import_google_benchmark,
	&import_go,
	&import_criterion_sample,
	&import_criterion_estimates,
	&import_bmf,
	NULL,
};
