/* OpenSSL's libcrypto: digests, the HMAC that signs messages, and its comparison in constant time. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
