/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The negative control of a run in turn: a few benchmarks that cannot have changed, for their code
 * and files are the same on both sides. Where one of them moved all the same, by more than chance
 * allows, the machine was disturbed, or code runs slower where it now lies. Then no REGRESSION of
 * that run is believed before fresh units, those alone, have said so again.
 */
#ifndef GATE_CONTROL_H
#define GATE_CONTROL_H

#include "gate/judge.h"

/* So many at most. */
#define CONTROL_MOST 3

/* Of nr benchmarks in the order of the suite, the place of control number `part`, from 0 on: the
 * middle of its share. */
size_t control_place(size_t nr, size_t part);
/* How many controls so many benchmarks have. */
size_t control_count(size_t nr);

/* What the controls of a run say: the one that moved most surely. */
struct control control_of(const struct judge *judge, const struct run *head);

/* Takes REGRESSION back where a control moved and fresh units do not confirm it; adds the controls
 * to the verdict's parts. One judge a part. After the words are settled. */
void control_settle(struct verdict *verdict, const struct judge *const *judges);

#endif
