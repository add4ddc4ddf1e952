/* PCRE2 with 8-bit code units: UTF-8 text as it lies in memory. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
