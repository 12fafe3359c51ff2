/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4) and what signs a message with it and a shared secret, HMAC (RFC 2104). */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

/* As hexadecimal digits, which is how HTTP headers carry them. */
#define SHA256_HEX_MAX 65
void sha256_hex(const void *data, size_t len, char hex[SHA256_HEX_MAX]);
void sha256_hmac_hex(const char *key, const void *data, size_t len, char hex[SHA256_HEX_MAX]);

#endif
