/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The noncentral t distribution: T = (Z + ncp) / sqrt(chi-square / df).
 *
 * Both tails are good to 1e-10 in relative terms, far out too (tested to 1e-200);
 * a few microseconds each. df > 0, infinite for the normal; ncp finite; otherwise
 * NaN. Never aborts.
 */
#ifndef STATS_NONCENTRAL_H
#define STATS_NONCENTRAL_H

/* P(T <= t). */
double noncentral_cdf(double t, double df, double ncp);

/* P(T > t). */
double noncentral_upper(double t, double df, double ncp);

#endif
