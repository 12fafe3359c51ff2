/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "shard" of a result file, which only shards have. */
#ifndef MODEL_SHARD_JSON_H
#define MODEL_SHARD_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/shard.h"

void shard_json_add(struct json *root, const struct shard *shard);
int shard_json_read(const struct json *root, struct shard *shard, struct error *err);

#endif
