/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of all formats, for the table in formats.c alone; and what the files that hold them
 * include. */
#ifndef STORE_IMPORT_ROWS_H
#define STORE_IMPORT_ROWS_H

#include "store/import/reading.h"

extern const struct import_format import_google_benchmark;
extern const struct import_format import_google_benchmark_csv;
extern const struct import_format import_catch2;
extern const struct import_format import_catch2_text;
extern const struct import_format import_celero;
extern const struct import_format import_nanobench;
extern const struct import_format import_nanobench_csv;
extern const struct import_format import_ubench;
extern const struct import_format import_junit;
extern const struct import_format import_criterion_sample;
extern const struct import_format import_criterion_estimates;
extern const struct import_format import_criterion_messages;
extern const struct import_format import_criterion_text;
extern const struct import_format import_libtest;
extern const struct import_format import_divan;
extern const struct import_format import_gungraun;
extern const struct import_format import_iai;
extern const struct import_format import_callgrind;
extern const struct import_format import_perf_stat;
extern const struct import_format import_go;
extern const struct import_format import_go_json;
extern const struct import_format import_perf_stat_csv;
extern const struct import_format import_perf_stat_text;
extern const struct import_format import_vegeta_text;
extern const struct import_format import_oha_text;
extern const struct import_format import_tinybench_table;
extern const struct import_format import_nanobench_table;
extern const struct import_format import_mitata_text;
extern const struct import_format import_pytest_benchmark;
extern const struct import_format import_pyperf;
extern const struct import_format import_asv;
extern const struct import_format import_jmh;
extern const struct import_format import_benchmarkdotnet;
extern const struct import_format import_benchmark_ips;
extern const struct import_format import_benchmark_ips_json;
extern const struct import_format import_julia;
extern const struct import_format import_vitest;
extern const struct import_format import_tinybench;
extern const struct import_format import_mitata;
extern const struct import_format import_benchmarkjs;
extern const struct import_format import_benchmarkjs_json;
extern const struct import_format import_hyperfine;
extern const struct import_format import_k6;
extern const struct import_format import_vegeta;
extern const struct import_format import_vegeta_results;
extern const struct import_format import_wrk;
extern const struct import_format import_oha;
extern const struct import_format import_bmf;
extern const struct import_format import_gab;
extern const struct import_format import_gab_data;
extern const struct import_format import_csv;
extern const struct import_format import_json_table;
extern const struct import_format import_criterion_csv;
extern const struct import_format import_ruby_benchmark;

#endif
