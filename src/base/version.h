/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version of the program; the Makefile reads it from here. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define BENCHGATE_VERSION "0.1.0"
#define BENCHGATE_DATE "2026-11-21" /* of this version, for the man pages */

#endif
