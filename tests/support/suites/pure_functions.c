/* SPDX-License-Identifier: MIT-0 */
#include "pure.h"

uint64_t nr_calls;

int first_of(const int *numbers)
{
	(*(volatile uint64_t *)&nr_calls)++;
	return numbers[0];
}

int square_of(int number)
{
	(*(volatile uint64_t *)&nr_calls)++;
	return number * number;
}
