#pragma once

// libcurl sets and reads its options through variadic functions, which Swift cannot call. Each
// helper below pins one argument type, so that the C compiler checks it.

#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies the string, so it may die when the call returns. NULL unsets the option.
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

// The list must outlive the transfer.
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// The pointer must outlive the transfer.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// Copies `count` bytes as the body. The size must be set first: else libcurl would look for a NUL.
static inline CURLcode ccurl_set_body_copy(CURL *easy, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

typedef size_t (*ccurl_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_prerequest_function)(
    void *context,
    char *peer_address,
    char *local_address,
    int peer_port,
    int local_port);

static inline CURLcode ccurl_set_write(CURL *easy, ccurl_data_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode ccurl_set_header(CURL *easy, ccurl_data_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, function);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

static inline CURLcode ccurl_set_prerequest(
    CURL *easy,
    ccurl_prerequest_function function,
    void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}

typedef int (*ccurl_debug_function)(
    CURL *easy,
    curl_infotype type,
    char *bytes,
    size_t count,
    void *context);

// libcurl's remarks on a transfer go to the function, and nothing of them anywhere else.
static inline CURLcode ccurl_set_debug(CURL *easy, ccurl_debug_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, function);
    if (code != CURLE_OK) return code;
    code = curl_easy_setopt(easy, CURLOPT_DEBUGDATA, context);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

// Gives the bytes of an upload, as many as there is room for, and 0 at their end.
static inline CURLcode ccurl_set_read(CURL *easy, ccurl_data_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, function);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_READDATA, context);
}

static inline CURLcode ccurl_set_upload_size(CURL *easy, size_t count) {
    return curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)count);
}

typedef int (*ccurl_progress_function)(
    void *context,
    curl_off_t down_total,
    curl_off_t down_now,
    curl_off_t up_total,
    curl_off_t up_now);

// Asked about once a second; anything but 0 ends the transfer.
static inline CURLcode ccurl_set_progress(
    CURL *easy,
    ccurl_progress_function function,
    void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, function);
    if (code != CURLE_OK) return code;
    code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

// TLS for everything, or the transfer fails before anything is said.
static inline CURLcode ccurl_set_require_tls(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
}

static inline CURLcode ccurl_set_tls_versions(CURL *easy, int allow_tls13) {
    long versions = CURL_SSLVERSION_TLSv1_2
        | (allow_tls13 ? CURL_SSLVERSION_MAX_TLSv1_3 : CURL_SSLVERSION_MAX_TLSv1_2);
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, versions);
}

static inline CURLcode ccurl_set_auth_basic(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
}

static inline CURLcode ccurl_set_auth_negotiate(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_NEGOTIATE);
}

// -1 when libcurl does not know the value.
static inline long ccurl_get_long(CURL *easy, CURLINFO info) {
    long value = -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

// -1 when libcurl does not know the value.
static inline long long ccurl_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? (long long)value : -1;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLSHcode ccurl_share_connections(CURLSH *share) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
}

// The next transfer that ended, or NULL; `result` is set when it is not NULL.
static inline CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

static inline CURLcode ccurl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}
