/* SPDX-License-Identifier: MIT-0 */
#include <benchgate.h>
#include <stdexcept>

BG_BENCH(throws)
{
	BG_LOOP(run)
		throw std::runtime_error("no tea left");
}

BG_BENCH(catches)
{
	BG_LOOP(run) {
		try {
			throw std::runtime_error("no tea left");
		} catch (const std::exception &) {
		}
	}
}
