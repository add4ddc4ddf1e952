/* Zstandard, of which only the widening of compressed bytes is used. */
#include <zstd.h>
