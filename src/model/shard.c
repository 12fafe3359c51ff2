/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/shard.h"

void shard_release(struct shard *shard)
{
	texts_release(&shard->selection);
	texts_release(&shard->missing);
	*shard = (struct shard){ .of = 0 };
}
