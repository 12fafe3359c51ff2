/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that overflow, that cannot report an error, or that keep hidden state: using one does
 * not compile. The Makefile includes this in every file of ours, after nothing and before
 * everything.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(use) _Pragma("GCC error \"banned: see base/banned.h\"") use

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef strtok
#undef sprintf
#undef vsprintf
#undef gets
#undef atoi
#undef atol
#undef atof
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef rand
#undef srand
#undef system
#define strcpy(...) BANNED(str_dup)
#define strcat(...) BANNED(buf_add)
#define strncpy(...) BANNED(str_dup)
#define strncat(...) BANNED(buf_add)
#define strtok(...) BANNED(strsep)
#define sprintf(...) BANNED(buf_addf)
#define vsprintf(...) BANNED(buf_addf)
#define gets(...) BANNED(file_read)
#define atoi(...) BANNED(str_to_u64)
#define atol(...) BANNED(str_to_u64)
#define atof(...) BANNED(str_to_double)
#define gmtime(...) BANNED(gmtime_r)
#define localtime(...) BANNED(localtime_r)
#define ctime(...) BANNED(strftime)
#define asctime(...) BANNED(strftime)
#define rand(...) BANNED(random_next)
#define srand(...) BANNED(random_seed)
#define system(...) BANNED(process_start)

#endif
