// The kernels for x86-64 with AVX-512 (F, BW, DQ, VL): a lane vector is one register.
#if defined(__x86_64__)

// A tile of attention, four rows by four lane vectors: 20 of 32 registers with its operands.
#define FT_ATTENTION_VECTORS 4

#include <math.h>
#include <string.h>

#include "paths.h"

// A tile of twelve rows by two lane vectors: 24 of 32 registers accumulate.
#define FT_MATMUL_ROWS 12
#define FT_MATMUL_VECTORS 2
#define FT_MATMUL_DEPTH 384
#define FT_MATMUL_A_PANELS 8
#define FT_MATMUL_BLOCK_COLUMNS 384
// Rows of a panel of packed weights, two lane vectors each, that registers accumulate.
#define FT_PACKED_FEW 8

#pragma clang attribute push(                                                   \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)
#include "templates.inc.h"
#pragma clang attribute pop

const ft_path_table ft_path_avx512 = FT_PATH_TABLE(FT_ISA_AVX512);

#endif
