/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which benchmarks a change of files can have changed, by the paths of the policy. Files are named
 * from the policy file's folder.
 */
#ifndef GATE_PATHS_H
#define GATE_PATHS_H

#include "gate/policy.h"

/* Does the policy say of any benchmark which files it depends on? */
bool paths_are_said(const struct policy *policy);

/* Is one of the files the policy file, or one that says how things are built? Then everything can
 * have changed. The policy file may be NULL. */
bool paths_change_all(const struct texts *files, const char *policy_file);

/* Does one of the files stand in any paths at all? If not, nothing that is mapped has changed. */
bool paths_change_any(const struct policy *policy, const struct texts *files);

/* Can they have changed the benchmark of that name, whose source says that tier? Not where nothing
 * says its paths. */
bool paths_change(const struct policy *policy, const char *benchmark, const char *tier,
	const struct texts *files);

#endif
