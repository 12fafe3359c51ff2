/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How alike the machine code of one benchmark is on two sides. */
#ifndef MODEL_CODE_H
#define MODEL_CODE_H

enum code_likeness {
	CODE_UNKNOWN,
	CODE_SAME,    /* all that it reaches is the same */
	CODE_MOVED,   /* its own function is the same; something that it reaches is not, or is not
			 known */
	CODE_CHANGED, /* its own function, or a constant in it, is another */
};

/* By value, NULL at the end. */
extern const char *const code_words[];

#endif
