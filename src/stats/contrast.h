/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An estimated difference, head - base, and how well it is known; and what can be
 * said of it by Student's t. Every t-test of this room (Welch, Yuen, paired, with
 * drift) makes a contrast; p-values and bounds are asked of the contrast.
 *
 * Plain values, nothing owned. A contrast without an answer makes every p-value
 * and bound NaN, and says why in `answer`; nothing aborts. On logarithms the
 * difference is the log of the ratio head / base, and limits are logs too.
 */
#ifndef STATS_CONTRAST_H
#define STATS_CONTRAST_H

#include "stats/student.h"

enum answer {
	ANSWER_OK,
	ANSWER_TOO_FEW,      /* fewer than two values (or sessions) where two are needed */
	ANSWER_NOT_FINITE,   /* a NaN, an infinity, or a spread over 1e70 */
	ANSWER_NO_SPREAD,    /* no spread beyond rounding: a t-test cannot weigh the difference */
	ANSWER_BAD_ARGUMENT, /* a fraction, count or spread that makes no sense */
};

struct contrast {
	enum answer answer; /* why se and df are not to be had, when they are not */
	double difference;  /* head - base; finite when OK or NO_SPREAD, else perhaps NaN */
	double se;          /* its standard error, > 0; 0 when NO_SPREAD, else NaN */
	double df;          /* degrees of freedom, > 0, perhaps infinite; NaN without an answer */
};

/* One term of a squared standard error. */
struct component {
	double variance; /* what it adds, >= 0 */
	double wobble;   /* half the variance of that estimate: variance^2 / df; 0 when known */
};

/* The term of a mean of `nr` values with standard deviation `sd`, known with `df`. */
struct component component_of_mean(double sd, double nr, double df);

/*
 * Standard error and Satterthwaite degrees of freedom from independent terms.
 * A standard error within rounding (10 epsilon) of `magnitude`, the size of the
 * numbers that were subtracted, is no spread.
 */
struct contrast contrast_of(
	double difference, double magnitude, const struct component *terms, size_t nr);

/* A contrast that says why there is none. */
struct contrast contrast_without(enum answer why, double difference);

/* One sample against zero: 0, 1 values are TOO_FEW, 2 are enough. */
struct contrast contrast_of_one(struct summary values);

/* The paired t: head[i] - base[i] against zero. */
struct contrast contrast_of_pairs(const double *base, const double *head, size_t nr);

/* p-value of "difference <= limit": small says that it is above. The shifted one-sided test. */
double contrast_p_above(struct contrast c, double limit);

/* p-value of "difference >= limit": small says that it is below. */
double contrast_p_below(struct contrast c, double limit);

/* p-value of "difference = limit", two-sided. */
double contrast_p_differs(struct contrast c, double limit);

/*
 * p-value of "difference lies outside low..high" by two one-sided tests: small
 * says that it is inside. NaN unless low < high.
 */
double contrast_p_within(struct contrast c, double low, double high);

/* Confidence bounds at error level alpha in (0, 1), each one-sided; NaN without an answer. */
double contrast_lower(struct contrast c, double alpha);
double contrast_upper(struct contrast c, double alpha);

/* Two-sided interval, confidence in (0, 1) such as 0.95; NaN without an answer. */
struct interval contrast_interval(struct contrast c, double confidence);

/* The same for the ratio head / base, when the contrast is one of logarithms. */
struct interval contrast_ratio_interval(struct contrast c, double confidence);

#endif
