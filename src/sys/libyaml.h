/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds libyaml, which base/yaml.h needs. */
#ifndef SYS_LIBYAML_H
#define SYS_LIBYAML_H

#include "base/error.h"

/* Before the first use of base/yaml.h. Does nothing when it is loaded. */
int libyaml_load(struct error *err);

#endif
