// The kernels of one vector path. Included once by each `path_*.c`, inside the region that says
// for which machine its functions are compiled, and after every system header.
#include "lanes/lanes.h"
#include "products/packed.h"
#include "threads/threads.h"

#include "products/packed_widen.inc.h"
#include "products/packed_pack.inc.h"
#include "products/packed_blocks.inc.h"
#include "products/matmul_turn.inc.h"
#include "products/packed_product.inc.h"
#include "products/integer_dots.inc.h"
#include "products/integer_rounding.inc.h"
#include "products/integer_product.inc.h"
// The product takes its b from packed weights, too.
#include "products/matmul_panels.inc.h"
#include "products/matmul.inc.h"
#include "products/matmul_few.inc.h"

#include "elementwise/activation.inc.h"
#include "elementwise/clamped_gate.inc.h"
#include "elementwise/elementwise.inc.h"
#include "elementwise/formats.inc.h"
#include "elementwise/random.inc.h"
#include "elementwise/reductions.inc.h"

// Uses the formats' loads.
#include "attention/attention_backward.inc.h"
#include "attention/attention_forward.inc.h"
// Uses the pair of a value and its slope of activations.
#include "attention/decay.inc.h"
#include "attention/delta_rule.inc.h"
#include "attention/rope.inc.h"
#include "attention/sinks.inc.h"

#include "rows/columns.inc.h"
#include "rows/convolution.inc.h"
#include "rows/embedding.inc.h"
#include "rows/norm.inc.h"
// Uses the factors of norm.
#include "rows/layer_norm.inc.h"
#include "rows/softmax.inc.h"
#include "rows/weighted_rows.inc.h"
// Uses the row statistics of softmax.
#include "rows/cross_entropy.inc.h"
#include "rows/divergence.inc.h"

#include "optimizers/adafactor.inc.h"
#include "optimizers/adamw.inc.h"
#include "optimizers/lion.inc.h"
#include "optimizers/sgd.inc.h"

#include "lanes/mathematics.inc.h"
#include "paths/peak.inc.h"

#define FT_PATH_ENTRY(result, name, parameters) .name = name,
/// The table of a path; what follows its name takes the place of kernels.
#define FT_PATH_TABLE(which, ...)                                                 \
  {.isa = which,                                                                  \
   .matmul = {FT_MATMUL_ROWS, FT_MATMUL_COLUMNS, FT_MATMUL_BLOCK_COLUMNS,         \
              FT_MATMUL_DEPTH, FT_PACKED_FEW},                                     \
   FT_PATH_KERNELS(FT_PATH_ENTRY) __VA_ARGS__}
