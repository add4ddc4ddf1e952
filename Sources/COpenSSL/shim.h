/* OpenSSL's libcrypto, of which only the SHA-256 digest is used. */
#include <openssl/evp.h>
