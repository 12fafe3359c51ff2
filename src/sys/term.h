/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of thing output goes to. */
#ifndef SYS_TERM_H
#define SYS_TERM_H

#include <stdbool.h>

bool term_is_terminal(int fd);

/* Columns; where the terminal does not say, COLUMNS of the environment or 80; 120 where there is no
 * terminal. */
unsigned term_width(int fd);

/* choice: "always", "never", or "auto"/NULL: a terminal that is not dumb, and NO_COLOR unset or
 * empty. */
bool term_color(int fd, const char *choice);

/* Shows a text that is longer than the terminal through $PAGER (unset: less, where it is there).
 * False: nothing was shown, because standard output is no terminal, or the text fits, or there is
 * no pager. */
bool term_page(const char *text);

/* Asks on standard error, and takes an answer that starts with y for yes; a signal is a no. */
bool term_confirm(const char *question);

#endif
