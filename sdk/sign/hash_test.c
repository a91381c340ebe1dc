/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/sign/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
same(const uint8_t digest[SIGV4_DIGEST_SIZE], const char *wanted)
{
    char hex[2 * SIGV4_DIGEST_SIZE + 1];

    for (size_t i = 0; i < SIGV4_DIGEST_SIZE; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, wanted);
}

/* FIPS 180-2, appendix B, and the empty message. */
static void
sha256_gives_the_published_digests(void **state)
{
    static const struct {
        const char *text, *digest;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        uint8_t digest[SIGV4_DIGEST_SIZE];

        lamb_sigv4_sha256(lamb_span_str(rows[i].text), digest);
        same(digest, rows[i].digest);
    }
}

/* RFC 4231, cases 1, 2, 6 (a key longer than a block) and 7. */
static void
hmac_gives_the_published_digests(void **state)
{
    char key[131];
    uint8_t digest[SIGV4_DIGEST_SIZE];

    (void)state;
    memset(key, 0x0b, 20);
    lamb_sigv4_hmac(lamb_span_of(key, 20), LAMB_SPAN("Hi There"), digest);
    same(digest, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    lamb_sigv4_hmac(LAMB_SPAN("Jefe"), LAMB_SPAN("what do ya want for nothing?"),
                    digest);
    same(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    lamb_sigv4_hmac(lamb_span_of(key, sizeof(key)),
                    LAMB_SPAN("Test Using Larger Than Block-Size Key - Hash Key First"),
                    digest);
    same(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    lamb_sigv4_hmac(
        lamb_span_of(key, sizeof(key)),
        LAMB_SPAN("This is a test using a larger than block-size key and a larger "
                  "than block-size data. The key needs to be hashed before being "
                  "used by the HMAC algorithm."),
        digest);
    same(digest, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void
a_digest_may_take_the_place_of_its_key(void **state)
{
    uint8_t key[SIGV4_DIGEST_SIZE] = { 1, 2, 3 };
    uint8_t apart[SIGV4_DIGEST_SIZE];
    struct lamb_span span = lamb_span_of((const char *)key, sizeof(key));

    (void)state;
    lamb_sigv4_hmac(span, LAMB_SPAN("text"), apart);
    lamb_sigv4_hmac(span, LAMB_SPAN("text"), key);
    assert_memory_equal(key, apart, sizeof(key));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(hmac_gives_the_published_digests),
        cmocka_unit_test(a_digest_may_take_the_place_of_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
