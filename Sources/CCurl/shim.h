/* libcurl: HTTP and TLS.
 *
 * Its setters take a variable number of arguments, which Swift cannot call: here is one for each
 * type that is set. */
#include <curl/curl.h>

static inline CURLcode ft_curl_set_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ft_curl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(curl, option, value);
}

/* libcurl keeps a copy of the text. */
static inline CURLcode ft_curl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ft_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ft_curl_set_headers(CURL *curl, struct curl_slist *headers) {
  return curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
}

typedef size_t (*ft_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ft_curl_set_receiver(CURL *curl, CURLoption option, ft_curl_receiver f) {
  return curl_easy_setopt(curl, option, f);
}

typedef int (*ft_curl_progress)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode ft_curl_set_progress(CURL *curl, ft_curl_progress f) {
  return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, f);
}
