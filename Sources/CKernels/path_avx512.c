// The kernels for x86-64 with AVX-512 (F, BW, DQ, VL): a lane vector is one register.
#if defined(__x86_64__)

#include <math.h>
#include <string.h>

#include "paths.h"

// Sixteen sums and four operands fill 20 of the 32 registers.
#define FT_TILE_VECTORS 4

#pragma clang attribute push(                                                   \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)
#include "templates.inc.h"
#pragma clang attribute pop

const ft_path_table ft_path_avx512 = FT_PATH_TABLE(FT_ISA_AVX512);

#endif
