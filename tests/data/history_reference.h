/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made by scripts/history-reference; do not edit. What SciPy and statsmodels say. */
/* clang-format off */
#ifndef TESTS_DATA_HISTORY_REFERENCE_H
#define TESTS_DATA_HISTORY_REFERENCE_H

static const double ref_days[] = { 0.0, 1.0, 2.0, 3.0, 5.0, 6.0, 8.0, 9.0, 10.0, 13.0, 14.0, 15.0, 17.0, 20.0 };
static const double ref_history[] = { 10.1, 10.3, 9.9, 10.6, 10.4, 10.9, 10.8, 14.0, 11.1, 11.6, 11.3, 11.9, 12.0, 12.2 };
static const double ref_trend[] = { 0.1111111111111111, 0.08750000000000013, 0.14999999999999947 };
/* Weights of level, trend and damping; level, trend; the forecast of 1, 4 and 9 steps; how much wider than one step's
   the error of 4 and 9 is. */
static const double ref_forecasts[][10] = {
	{ 0.3, 0.1, 0.9, 12.041665655248627, 0.07469847906751313, 12.108894286409388, 12.272864917810486, 12.453494475265213, 1.1702976283407567, 1.508202749639501 },
	{ 0.8, 0.0, 0.8, 12.153340093864033, 0.006282923587291423, 12.158366432733866, 12.16817784620778, 12.175098669296862, 1.7088007490635064, 2.4738633753705965 },
	{ 0.1, 0.4, 0.98, 12.31968988894811, 0.16537665704598364, 12.481759012853175, 12.948776103745015, 13.666907615889254, 1.0475030001785894, 1.2772426494756672 },
};

#endif
