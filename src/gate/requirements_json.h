/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the policy file spells what it asks of the machine. */
#ifndef GATE_REQUIREMENTS_JSON_H
#define GATE_REQUIREMENTS_JSON_H

#include "base/json.h"
#include "gate/requirements.h"

/* Adds what "environment" asks, which is an object or a list of them; NULL asks nothing. */
int requirements_read(const struct json *json, struct requirements *asked, struct error *err);

#endif
