/* SPDX-License-Identifier: Apache-2.0 */
/* Time-stamps, by OpenSSL; by functions that 1.1.1 has too, some of which 3.4 calls
 * deprecated. */
#define OPENSSL_API_COMPAT 0x10101000L
/* for timegm */
#define _DEFAULT_SOURCE
#include "timestamp.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include "need.h"

/* ---- The query ----------------------------------------------------------- */

static bool set_imprint(TS_REQ *query, const uint8_t sha256[32])
{
    TS_MSG_IMPRINT *const imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *const algorithm = X509_ALGOR_new();
    uint8_t bytes[32];
    bool good;

    memcpy(bytes, sha256, sizeof bytes);
    good = imprint && algorithm &&
           X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
                           NULL) &&
           TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
           TS_MSG_IMPRINT_set_msg(imprint, bytes, sizeof bytes) &&
           TS_REQ_set_msg_imprint(query, imprint);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return good;
}

/* So that an old reply is not taken for the one to this query. */
static bool set_nonce(TS_REQ *query)
{
    ASN1_INTEGER *const nonce = ASN1_INTEGER_new();
    uint64_t number = 0;
    bool good;

    good = nonce && RAND_bytes((uint8_t *)&number, sizeof number) == 1 &&
           ASN1_INTEGER_set_uint64(nonce, number) &&
           TS_REQ_set_nonce(query, nonce);
    ASN1_INTEGER_free(nonce);
    return good;
}

uint8_t *timestamp_query(const uint8_t sha256[32], size_t *size)
{
    TS_REQ *const query = TS_REQ_new();
    uint8_t *der = NULL, *copy = NULL;
    int n = -1;

    if (query && TS_REQ_set_version(query, 1) && set_imprint(query, sha256) &&
        set_nonce(query) && TS_REQ_set_cert_req(query, 1))
        n = i2d_TS_REQ(query, &der);
    if (n > 0) {
        copy = need(malloc((size_t)n));
        memcpy(copy, der, (size_t)n);
        *size = (size_t)n;
    }
    OPENSSL_free(der);
    TS_REQ_free(query);
    ERR_clear_error();
    return copy;
}

/* ---- The reply ----------------------------------------------------------- */

static bool is_granted(TS_RESP *reply)
{
    const TS_STATUS_INFO *const info = TS_RESP_get_status_info(reply);
    const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));

    return status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS;
}

static int64_t time_of(TS_TST_INFO *stamp)
{
    const ASN1_GENERALIZEDTIME *const at = TS_TST_INFO_get_time(stamp);
    struct tm parts;

    return at && ASN1_TIME_to_tm(at, &parts) ? (int64_t)timegm(&parts) : 0;
}

static bool is_of(TS_TST_INFO *stamp, const uint8_t sha256[32])
{
    TS_MSG_IMPRINT *const imprint = TS_TST_INFO_get_msg_imprint(stamp);
    const ASN1_OCTET_STRING *const bytes = TS_MSG_IMPRINT_get_msg(imprint);
    const X509_ALGOR *const algorithm = TS_MSG_IMPRINT_get_algo(imprint);
    const ASN1_OBJECT *which;

    X509_ALGOR_get0(&which, NULL, NULL, algorithm);
    return OBJ_obj2nid(which) == NID_sha256 &&
           ASN1_STRING_length(bytes) == 32 &&
           !memcmp(ASN1_STRING_get0_data(bytes), sha256, 32);
}

/* Those in the file, as they were at that time: certificates of authorities expire,
 * and what they stamped does not. */
static X509_STORE *authorities(const char *ca, int64_t at)
{
    X509_STORE *const store = X509_STORE_new();

    if (store && X509_STORE_load_locations(store, ca, NULL) == 1) {
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)at);
        return store;
    }
    X509_STORE_free(store);
    return NULL;
}

static bool is_signed(TS_RESP *reply, const uint8_t sha256[32], const char *ca,
                      int64_t at)
{
    TS_VERIFY_CTX *const context = TS_VERIFY_CTX_new();
    X509_STORE *const store = authorities(ca, at);
    uint8_t *const imprint = OPENSSL_malloc(32);
    bool good = false;

    if (context && store && imprint) {
        memcpy(imprint, sha256, 32);
        TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT |
                                             TS_VFY_SIGNATURE);
        /* the context frees both */
        TS_VERIFY_CTX_set_imprint(context, imprint, 32);
        TS_VERIFY_CTX_set_store(context, store);
        good = TS_RESP_verify_response(context, reply) == 1;
    } else {
        X509_STORE_free(store);
        OPENSSL_free(imprint);
    }
    TS_VERIFY_CTX_free(context);
    return good;
}

static enum timestamp_state check(TS_RESP *reply, const uint8_t sha256[32],
                                  const char *ca, int64_t *at)
{
    TS_TST_INFO *const stamp = TS_RESP_get_tst_info(reply);

    if (!is_granted(reply)) return TIMESTAMP_REFUSED;
    if (!stamp) return TIMESTAMP_NONE;
    *at = time_of(stamp);
    if (!is_of(stamp, sha256)) return TIMESTAMP_OTHER;
    if (!ca) return TIMESTAMP_UNSIGNED;
    return is_signed(reply, sha256, ca, *at) ? TIMESTAMP_GOOD
                                             : TIMESTAMP_UNTRUSTED;
}

enum timestamp_state timestamp_check(const uint8_t *reply, size_t size,
                                     const uint8_t sha256[32], const char *ca,
                                     int64_t *at)
{
    const uint8_t *next = reply;
    TS_RESP *const parsed =
        size < LONG_MAX ? d2i_TS_RESP(NULL, &next, (long)size) : NULL;
    enum timestamp_state state = TIMESTAMP_NONE;

    *at = 0;
    /* and nothing behind it */
    if (parsed && next == reply + size) state = check(parsed, sha256, ca, at);
    TS_RESP_free(parsed);
    ERR_clear_error();
    return state;
}
