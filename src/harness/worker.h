/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measuring process: serves the worker protocol on a descriptor until the other side hangs up.
 */
#ifndef HARNESS_WORKER_H
#define HARNESS_WORKER_H

/* Returns when there is nothing more to serve. */
void worker_serve(int fd);

#endif
