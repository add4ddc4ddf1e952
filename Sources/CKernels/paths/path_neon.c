// The kernels for aarch64: a lane vector is four registers, and fused multiply-add is base.
#if defined(__aarch64__)

#include <math.h>
#include <string.h>

#include "paths/paths.h"

// A tile of five rows by one lane vector: 20 of 32 registers accumulate.
#define FT_MATMUL_ROWS 5
#define FT_MATMUL_READS_ROWS 0
#define FT_MATMUL_DEPTH 384
#define FT_MATMUL_A_PANELS 16
#define FT_MATMUL_BLOCK_COLUMNS 384
// Rows of a panel of packed weights, two lane vectors each, that registers accumulate.
#define FT_PACKED_FEW 2
// Rows whose products in integers registers accumulate.
#define FT_INTEGER_ROWS 2

#include "paths/templates.inc.h"

const ft_path_table ft_path_neon = FT_PATH_TABLE(FT_ISA_NEON);

#endif
