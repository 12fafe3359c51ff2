/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How units of base and head in turn are judged. They are looked at when there are 4, 6, 8, 10 ...
 * of them; the repeated p-value is the smallest over the looks, each divided by the look's weight:
 * valid however the looks depend on each other. Pocock 1977 has the levels that it stands for.
 */
#ifndef GATE_IN_TURN_H
#define GATE_IN_TURN_H

#include "gate/question.h"

/* A unit more than two: with fewer a test can only shrug. */
#define IN_TURN_MIN_UNITS 3

/* How many values a test of that many units has: one a unit, or one a layout. */
size_t in_turn_values(const struct plan *plan, size_t nr_units);

/* What the units say; the word is left to in_turn_word. */
struct ruling in_turn_rule(const struct judge *judge, const struct question *question);

/* The word that follows, p being adjusted for the family, whose size counts for improvements. */
enum verdict_word in_turn_word(const struct comparison *comparison, double alpha, size_t family);

/* Why. */
enum why in_turn_why(const struct comparison *comparison);

/* Is it surely over its threshold, whatever the other benchmarks of the run say? */
bool in_turn_is_red(const struct judge *judge, const struct question *question);

/* Needs the question no more units, or would they not help? */
bool in_turn_is_settled(const struct judge *judge, const struct question *question);

#endif
