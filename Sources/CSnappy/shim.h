/* Snappy, of which only the widening of compressed bytes is used. */
#include <snappy-c.h>
