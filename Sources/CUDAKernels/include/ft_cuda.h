// The jobs of the card's kernels that a processor does otherwise, and the kernels' text.
//
// Where a kernel of CKernels has the same operation its job serves both: see `ft_kernels.h` and
// `ft_range_jobs.h`. Pointers are the card's. The numerics contract is that of `ft_kernels.h`.
#ifndef FT_CUDA_H
#define FT_CUDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"

// --- The text of the kernels ---------------------------------------------------------------------------

/// The PTX of the file `kernels/NAME.cu`, made by `scripts/dev/cuda-kernels`; NULL when there is none.
const char *ft_cuda_text(const char *name);

// --- Elements ------------------------------------------------------------------------------------------

/// The sum of squares of x [count].
typedef struct {
  const float *x;
  double *sums;   ///< one a stretch of 4,096 elements
  double *total;  ///< of these
  size_t count;
} ft_cuda_sum_job;

/// `found` becomes 1 when an element of x [count] is not finite.
typedef struct {
  const float *x;
  int32_t *found;
  size_t count;
} ft_cuda_finite_job;

/// Numbers drawn for out [count], or what they do to x.
typedef struct {
  float *out;
  const float *x;
  float parameter;  ///< the deviation, the limit, or the share that is dropped
  ft_stream stream;
  size_t count;
} ft_cuda_random_job;

// --- Rows and columns ----------------------------------------------------------------------------------

/// A part [N, ·] of the columns of whole [N, ·].
typedef struct {
  float *part, *whole;
  size_t rows, part_columns, whole_columns;
  ft_column_blocks blocks;
} ft_cuda_columns_job;

/// table[ids[g]] += x[rows[i]] for i in `starts[g]..<starts[g + 1]`, in order; ids are distinct.
typedef struct {
  float *table;
  const float *x;
  const int32_t *ids, *starts, *rows;
  size_t channels;
} ft_cuda_groups_job;

/// What the terms of a column's sum are.
typedef enum {
  FT_CHAIN_SUM = 0,       ///< a, added
  FT_CHAIN_PRODUCTS = 1,  ///< a · b
  FT_CHAIN_NORM = 2,      ///< a · (b · inverse)
  FT_CHAIN_CENTRED = 3    ///< a · ((b − mean) · inverse)
} ft_cuda_chain;

/// sums [C] += terms of a and b [N, C]: one chain over ascending rows an element.
typedef struct {
  float *sums;
  const float *a, *b;
  const float *mean, *inverse;  ///< [N]
  size_t rows, channels;
  ft_cuda_chain kind;
} ft_cuda_chain_job;

/// The rate of an Adafactor step whose squares have this sum.
typedef struct {
  float *found;
  const double *squares;
  size_t count;
  float rate;
} ft_cuda_rate_job;

// --- Products --------------------------------------------------------------------------------------------

/// out [N, C] = the rows of W that `rows` name.
typedef struct {
  float *out;
  ft_packed_matrix w;
  const int32_t *rows;
  size_t count;
} ft_cuda_unpack_job;

// --- Attention -------------------------------------------------------------------------------------------

/// A block of queries of one sequence.
typedef struct {
  uint32_t sequence, first_query;
} ft_cuda_queries;

/// Attention, with where its cache's blocks lie and how queries are cut.
typedef struct {
  ft_attention_job attention;  ///< its cache is not read
  ft_key_cache cache;          ///< `blocks` is NULL where there is none
  const ft_cuda_queries *items;
} ft_cuda_attention_job;

/// Gradients of attention.
typedef struct {
  ft_attention_backward_job backward;
  float *delta;  ///< [N, H]: dout · out of each row and head
  size_t rows;   ///< N
  const ft_cuda_queries *items;
} ft_cuda_attention_backward_job;

/// Where new rows go in a block of a cache: sent apart, as each token's is another.
typedef struct {
  void *block;
  size_t first;
} ft_cuda_place;

/// Rows of keys and values [N, C] into a block of a cache.
typedef struct {
  const ft_cuda_place *place;
  const float *keys, *values;
  size_t key_offset, value_offset, rows, width;
  bool is_bf16;
} ft_cuda_store_job;

// --- The gated delta rule ----------------------------------------------------------------------------------

/// Columns of a value head that a block of threads has.
#define FT_DELTA_COLUMNS 64

/// The gated delta rule, and what its backward pass keeps on the way.
typedef struct {
  ft_delta_rule_job rule;
  /// 2 · `stretch` states [K, `FT_DELTA_COLUMNS`] a pair of sequence and key head of one launch.
  float *states;
  size_t stretch;     ///< rows between states that are kept; no sequence has more than its square
  size_t first_pair;  ///< of this launch: sequence · G + key head
} ft_cuda_delta_job;

/// The decay of states; the backward pass leaves the terms of the gradients of rate and bias.
typedef struct {
  ft_decay_job decay;
  float *exponents, *dexponents;  ///< [N, C], whose products are those of rate
} ft_cuda_decay_job;

#endif
