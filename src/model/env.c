/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/env.h"

#include <stdlib.h>

void env_release(struct env *env)
{
	free(env->os);
	free(env->kernel);
	free(env->arch);
	free(env->cpu);
	free(env->suite);
	*env = (struct env){ 0 };
}
