// Products in integers for x86-64 with AVX-512 and its sums of products (VNNI); all else is of
// `path_avx512.c`.
#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "paths/paths.h"

#define FT_DOTS_VNNI
#define FT_INTEGER_ROWS 4

#pragma clang attribute push(                                                                \
    __attribute__((target("avx512vnni,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)
#include "lanes/lanes.h"
#include "products/packed.h"
#include "products/packed_lanes.inc.h"
#include "products/integer_dots.inc.h"
#include "products/integer_product.inc.h"

void ft_integer_panels_vnni(const ft_integer_job *job, size_t begin, size_t end) {
  integer_panels(job, begin, end);
}
#pragma clang attribute pop

#endif
