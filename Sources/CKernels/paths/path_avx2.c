// The kernels for x86-64 with AVX2 and FMA: a lane vector is two registers.
#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "paths/paths.h"

// A tile of six rows by one lane vector: 12 of 16 registers accumulate.
#define FT_MATMUL_ROWS 6
// Six rows are few enough to be read where they are: packed anew for each block of columns they cost
// 8 to 15 % of a product.
#define FT_MATMUL_READS_ROWS 1
#define FT_MATMUL_TURNS_EIGHT
// Three panels: those of an adapter of rank 16 are 14 % faster so, from near 28 %.
#define FT_MATMUL_SERVED_ROWS 18
// Panels of a and b, 8 and 20 KB, lie in a nearest cache of 32 KB together, and a block of b, 369 KB,
// in a second of 512 KB. With larger ones of both, 384 and 384 change less than 1.5 %.
#define FT_MATMUL_DEPTH 320
#define FT_MATMUL_A_PANELS 16
#define FT_MATMUL_BLOCK_COLUMNS 288
// Rows of a panel of packed weights, two lane vectors each, that registers accumulate.
#define FT_PACKED_FEW 2
// Rows whose products in integers registers accumulate.
#define FT_INTEGER_ROWS 2
#define FT_DOTS_AVX2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "paths/templates.inc.h"
#pragma clang attribute pop

const ft_path_table ft_path_avx2 = FT_PATH_TABLE(FT_ISA_AVX2);

#endif
