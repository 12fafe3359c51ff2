/* SPDX-License-Identifier: MIT-0 */
#include "options.h"
