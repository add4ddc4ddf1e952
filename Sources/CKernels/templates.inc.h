// The kernels of one vector path. Included once by each `path_*.c`, inside the region that says
// for which machine its functions are compiled, and after every system header.
#include "lanes.h"
#include "threads.h"

#include "matmul.inc.h"

#define FT_PATH_ENTRY(result, name, parameters) .name = name,
#define FT_PATH_TABLE(which)                                                      \
  {.isa = which,                                                                  \
   .matmul = {FT_MATMUL_ROWS, FT_MATMUL_COLUMNS, FT_MATMUL_BLOCK_COLUMNS,         \
              FT_MATMUL_DEPTH},                                                   \
   FT_PATH_KERNELS(FT_PATH_ENTRY)}
