// The kernels for any machine: on x86-64 that is SSE2, where a fused multiply-add is a call.
#include <math.h>
#include <string.h>

#include "paths/paths.h"

#define FT_MATMUL_ROWS 4
#define FT_MATMUL_READS_ROWS 0
#define FT_MATMUL_DEPTH 256
#define FT_MATMUL_A_PANELS 16
#define FT_MATMUL_BLOCK_COLUMNS 384
// Rows of a panel of packed weights, two lane vectors each, that registers accumulate.
#define FT_PACKED_FEW 1
// Rows whose products in integers registers accumulate.
#define FT_INTEGER_ROWS 1

#include "paths/templates.inc.h"

const ft_path_table ft_path_portable = FT_PATH_TABLE(FT_ISA_PORTABLE);
