// The kernels for x86-64 with AVX-512 (F, BW, DQ, VL): a lane vector is one register.
#if defined(__x86_64__)

// A tile of attention, four rows by four lane vectors: 20 of 32 registers with its operands.
#define FT_ATTENTION_VECTORS 4

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "paths/paths.h"

// A tile of twelve rows by one lane vector: its panels of a and b, 18 and 24 KB, lie in the nearest
// cache together. With two vectors, 48 KB of b ran through it: 2 to 7 % slower (Zen 4, 2026-11-23).
#define FT_MATMUL_ROWS 12
// Twelve rows read where they are: a quarter of the speed lost, to their addresses.
#define FT_MATMUL_READS_ROWS 0
#define FT_MATMUL_DEPTH 384
#define FT_MATMUL_A_PANELS 8
#define FT_MATMUL_BLOCK_COLUMNS 512
// Rows of a panel of packed weights, two lane vectors each, that registers accumulate.
#define FT_PACKED_FEW 8
// y · 2^k in one instruction, rounded once.
#define FT_SCALE(y, k) ((v16)_mm512_scalef_ps((__m512)(y), (__m512)(k)))
// Rows whose products in integers registers accumulate.
#define FT_INTEGER_ROWS 4
#define FT_DOTS_AVX512

#pragma clang attribute push(                                                   \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)
#include "paths/templates.inc.h"
#pragma clang attribute pop

const ft_path_table ft_path_avx512 = FT_PATH_TABLE(FT_ISA_AVX512);

// With VNNI products in integers are others, and nothing else.
#pragma clang diagnostic ignored "-Winitializer-overrides"
const ft_path_table ft_path_avx512_vnni =
    FT_PATH_TABLE(FT_ISA_AVX512_VNNI, .integer_panels = ft_integer_panels_vnni);

#endif
