/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/sign/hash.h"

#include <sha2.h>
#include <string.h>
#include <sys/types.h>

enum { BLOCK_SIZE = SHA256_BLOCK_LENGTH };

void
lamb_sigv4_sha256(struct lamb_span bytes, uint8_t ret[SIGV4_DIGEST_SIZE])
{
    SHA2_CTX ctx;

    SHA256Init(&ctx);
    SHA256Update(&ctx, (const uint8_t *)bytes.ptr, bytes.len);
    SHA256Final(ret, &ctx);
}

/* The hash of the key, mixed with PAD, and then of TEXT. */
static void
hash_keyed(const uint8_t key[BLOCK_SIZE], uint8_t pad, struct lamb_span text,
           uint8_t ret[SIGV4_DIGEST_SIZE])
{
    uint8_t block[BLOCK_SIZE];
    SHA2_CTX ctx;

    for (size_t i = 0; i < BLOCK_SIZE; i++)
        block[i] = key[i] ^ pad;
    SHA256Init(&ctx);
    SHA256Update(&ctx, block, BLOCK_SIZE);
    SHA256Update(&ctx, (const uint8_t *)text.ptr, text.len);
    SHA256Final(ret, &ctx);
}

void
lamb_sigv4_hmac(struct lamb_span key, struct lamb_span text,
                uint8_t ret[SIGV4_DIGEST_SIZE])
{
    enum { INNER = 0x36, OUTER = 0x5c };
    uint8_t block[BLOCK_SIZE] = { 0 };
    uint8_t inner[SIGV4_DIGEST_SIZE];

    if (key.len > BLOCK_SIZE)
        lamb_sigv4_sha256(key, block);
    else if (key.len)
        memcpy(block, key.ptr, key.len);
    hash_keyed(block, INNER, text, inner);
    hash_keyed(block, OUTER, lamb_span_of((const char *)inner, sizeof(inner)), ret);
}
