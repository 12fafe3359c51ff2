/* SPDX-License-Identifier: MIT-0 */
/* Functions that promise to be pure, and break the promise: they count how often they are called.
 */
#include <stdint.h>

extern uint64_t nr_calls;

__attribute__((pure, noinline)) int first_of(const int *numbers);
__attribute__((const, noinline)) int square_of(int number);
