// Opens a file of kernels: every system header, then the region whose functions have a fused
// multiply-add where the processor has one by choice.
#include "card.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#endif
