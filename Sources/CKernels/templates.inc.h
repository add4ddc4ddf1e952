// The kernels of one vector path. Included once by each `path_*.c`, inside the region that says
// for which machine its functions are compiled, and after every system header.
#include "lanes.h"
#include "packed.h"
#include "threads.h"

#include "packed_widen.inc.h"
#include "packed_pack.inc.h"
#include "packed_product.inc.h"
// The product takes its b from packed weights, too.
#include "matmul_panels.inc.h"
#include "matmul.inc.h"
#include "matmul_few.inc.h"

#include "activation.inc.h"
#include "adafactor.inc.h"
#include "adamw.inc.h"
#include "formats.inc.h"
// Uses the formats' loads.
#include "attention_backward.inc.h"
#include "attention_forward.inc.h"
#include "columns.inc.h"
#include "elementwise.inc.h"
#include "embedding.inc.h"
#include "layer_norm.inc.h"
#include "lion.inc.h"
#include "mathematics.inc.h"
#include "norm.inc.h"
#include "peak.inc.h"
#include "random.inc.h"
#include "reductions.inc.h"
#include "rope.inc.h"
#include "sgd.inc.h"
#include "softmax.inc.h"
// Uses the row statistics of softmax.
#include "cross_entropy.inc.h"

#define FT_PATH_ENTRY(result, name, parameters) .name = name,
#define FT_PATH_TABLE(which)                                                      \
  {.isa = which,                                                                  \
   .matmul = {FT_MATMUL_ROWS, FT_MATMUL_COLUMNS, FT_MATMUL_BLOCK_COLUMNS,         \
              FT_MATMUL_DEPTH, FT_PACKED_FEW},                                                   \
   FT_PATH_KERNELS(FT_PATH_ENTRY)}
