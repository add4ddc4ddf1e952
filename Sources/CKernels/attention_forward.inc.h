// Causal attention, forward: blocks of queries against blocks of 64 keys, with a running maximum.
// Source: Dao et al. 2022, arXiv:2205.14135, algorithm 1 (blocks over keys outermost for a row).
#include "attention_blocks.h"
#include "attention_items.h"

/// What an item holds while it runs through the keys: a row is one query of one head.
typedef struct {
  size_t rows, width, padded;
  float *q;        ///< [rows, D], times the scale
  float *k;        ///< [D, 64], a block of keys transposed
  float *v;        ///< [64, padded], a block of values, where rows are not whole vectors
  float *k_rows;   ///< [64, padded], a block of keys of a bfloat16 cache, widened
  float *v_rows;   ///< [64, padded], likewise of values
  float *p;        ///< [rows, 64], scores, then probabilities
  float *o;        ///< [rows, padded], the running sums of values
  float *sums;     ///< [rows, 16], the running sums of probabilities
  float *largest;  ///< [rows], the running maxima
  float *rescale;  ///< [rows], exp(old maximum − new)
} forward_state;

FT_INLINE forward_state forward_state_in(float *scratch, const ft_attention_item *item,
                                         size_t width) {
  const size_t area = FT_ATTENTION_ROWS * FT_HEAD_WIDTH_LIMIT;
  return (forward_state){.rows = item->query_count * item->head_count,
                         .width = width,
                         .padded = vectors_of(width) * FT_LANES,
                         .q = scratch,
                         .k = scratch + area,
                         .v = scratch + 2 * area,
                         .o = scratch + 3 * area,
                         .p = scratch + 4 * area,
                         .sums = scratch + 4 * area + FT_ATTENTION_ROWS * FT_KEY_BLOCK,
                         .largest = scratch + 5 * area,
                         .rescale = scratch + 5 * area + FT_ATTENTION_ROWS,
                         .k_rows = scratch + 6 * area,
                         .v_rows = scratch + 7 * area};
}

/// Row r of an item is query r / head_count and head r % head_count.
static void begin_rows(forward_state *state, const ft_attention_job *job,
                       const ft_attention_item *item) {
  for (size_t query = 0; query < item->query_count; query++) {
    size_t row = item->sequence->query_start + item->first_query + query;
    const float *q = job->q + row * job->q_stride + item->first_head * job->head_width;
    // A row of queries is contiguous over heads.
    copy_rows_scaled(state->q + query * item->head_count * state->padded, state->padded, q,
                     job->head_width, job->scale, item->head_count, job->head_width);
  }
  for (size_t row = 0; row < state->rows; row++) {
    state->largest[row] = -__builtin_inff();
    v16_store(state->sums + row * FT_LANES, v16_splat(0));
    for (size_t i = 0; i < state->padded; i += FT_LANES)
      v16_store(state->o + row * state->padded + i, v16_splat(0));
  }
}

/// Raises a row's maximum to that of its visible scores.
FT_INLINE float raised_maximum(const float *scores, size_t visible, float largest) {
  v16 lanes = v16_splat(largest);
  FT_EACH_LANES(i, count, 0, visible, {
    v16 score = v16_load(scores + i);
    if (count < FT_LANES) score = v16_keep(score, count, -__builtin_inff());
    lanes = v16_max(score, lanes);
  });
  return v16_largest(lanes);
}

/// Scores to probabilities below the new maximum; keys that are not visible get exactly 0.
FT_INLINE void weigh_row(forward_state *state, size_t row, size_t visible) {
  float *p = state->p + row * FT_KEY_BLOCK;
  float *o = state->o + row * state->padded;
  v16 largest = v16_splat(state->largest[row]);
  v16 rescale = v16_splat(state->rescale[row]);
  v16 sums = v16_load(state->sums + row * FT_LANES) * rescale;
  FT_EACH_LANES(i, count, 0, visible, {
    v16 weight = v16_exp(v16_load(p + i) - largest);
    if (count < FT_LANES) weight = v16_keep(weight, count, 0);
    sums += weight;
    v16_store(p + i, weight);
  });
  v16_store(state->sums + row * FT_LANES, sums);
  for (size_t i = 0; i < state->padded; i += FT_LANES)
    v16_store(o + i, v16_load(o + i) * rescale);
}

/// How many keys of the block that begins at `block` each row sees; they grow with the row.
FT_INLINE size_t visible_keys(const ft_attention_item *item, size_t row, size_t block) {
  size_t limit = item->first_limit + row / item->head_count;
  return limit > block ? ft_least(limit - block, FT_KEY_BLOCK) : 0;
}

/// Adds the block's values, each row over its own visible keys only: four rows together over
/// those that the first of them sees, then each alone over the rest.
static void add_values(forward_state *state, const ft_attention_item *item, size_t block,
                       const float *v, size_t v_stride) {
  block_product product = {.ldc = state->padded,
                           .a_row = FT_KEY_BLOCK,
                           .a_step = 1,
                           .ldb = v_stride,
                           .n = state->padded / FT_LANES,
                           .accumulate = true};
  for (size_t row = 0; row < state->rows; row += 4) {
    size_t together = ft_least(4, state->rows - row);
    size_t common = visible_keys(item, row, block);
    product.c = state->o + row * state->padded;
    product.a = state->p + row * FT_KEY_BLOCK;
    product.b = v;
    product.m = together;
    product.depth = common;
    if (common > 0) multiply_blocks(product);
    product.m = 1;
    product.b = v + common * v_stride;
    for (size_t r = 0; r < together; r++) {
      product.c = state->o + (row + r) * state->padded;
      product.a = state->p + (row + r) * FT_KEY_BLOCK + common;
      product.depth = visible_keys(item, row + r, block) - common;
      if (product.depth > 0) multiply_blocks(product);
    }
  }
}

/// A block's keys and values as rows of float32.
typedef struct {
  const float *k, *v;
  size_t k_stride, v_stride;
} key_rows;

/// Finds the keys and values of the block that begins at `block`; those of a bfloat16 cache are
/// widened into the thread's memory.
FT_INLINE key_rows find_keys(forward_state *state, const ft_attention_job *job,
                             const ft_attention_item *item, size_t block, size_t keys) {
  size_t first = item->sequence->key_start + block;
  size_t column = item->key_head * job->head_width;
  if (job->cache == NULL)
    return (key_rows){.k = job->k + first * job->k_stride + column,
                      .v = job->v + first * job->v_stride + column,
                      .k_stride = job->k_stride,
                      .v_stride = job->v_stride};
  const void *rows = job->cache->blocks[first / FT_KEY_BLOCK];
  size_t stride = job->key_heads * job->head_width;
  size_t k = job->cache->k_offset + column, v = job->cache->v_offset + column;
  if (!job->cache->is_bf16)
    return (key_rows){(const float *)rows + k, (const float *)rows + v, stride, stride};
  widen_rows(state->k_rows, state->padded, (const uint16_t *)rows + k, stride, keys, state->width);
  widen_rows(state->v_rows, state->padded, (const uint16_t *)rows + v, stride, keys, state->width);
  return (key_rows){state->k_rows, state->v_rows, state->padded, state->padded};
}

static void attend_block(forward_state *state, const ft_attention_job *job,
                         const ft_attention_item *item, size_t block) {
  size_t keys = visible_keys(item, state->rows - 1, block);
  key_rows rows = find_keys(state, job, item, block, keys);
  transpose_rows(state->k, rows.k, rows.k_stride, keys, state->width);
  multiply_blocks((block_product){.c = state->p,
                                  .ldc = FT_KEY_BLOCK,
                                  .a = state->q,
                                  .a_row = state->padded,
                                  .a_step = 1,
                                  .b = state->k,
                                  .ldb = FT_KEY_BLOCK,
                                  .m = state->rows,
                                  .n = vectors_of(keys),
                                  .depth = state->width});
  for (size_t row = 0; row < state->rows; row++) {
    float before = state->largest[row];
    state->largest[row] = raised_maximum(state->p + row * FT_KEY_BLOCK,
                                         visible_keys(item, row, block), before);
    state->rescale[row] = before - state->largest[row];
  }
  for (size_t row = 0; row < state->rows; row += FT_LANES)
    v16_store(state->rescale + row, v16_exp(v16_load(state->rescale + row)));
  for (size_t row = 0; row < state->rows; row++) {
    size_t visible = visible_keys(item, row, block);
    if (visible > 0) weigh_row(state, row, visible);
  }
  if (state->padded == state->width) {
    add_values(state, item, block, rows.v, rows.v_stride);
  } else {
    copy_rows_scaled(state->v, state->padded, rows.v, rows.v_stride, 1, keys, state->width);
    add_values(state, item, block, state->v, state->padded);
  }
}

static void finish_rows(const forward_state *state, const ft_attention_job *job,
                        const ft_attention_item *item) {
  for (size_t row = 0; row < state->rows; row++) {
    size_t query = item->sequence->query_start + item->first_query + row / item->head_count;
    size_t head = item->first_head + row % item->head_count;
    float sum = v16_sum(v16_load(state->sums + row * FT_LANES));
    const float *o = state->o + row * state->padded;
    float *out = job->out + (query * job->heads + head) * job->head_width;
    v16 inverse = v16_splat(1 / sum);
    FT_EACH_LANES(i, count, 0, state->width, {
      v16_store_some(out + i, v16_load(o + i) * inverse, count);
    });
    job->log_sum_out[query * job->heads + head] = state->largest[row] + ft_log_lane(sum);
  }
}

/// The range is of items: see `attention_items.h`.
FT_RANGE_KERNEL(attention_forward) {
  const ft_attention_job *job = context;
  ft_attention_cursor cursor = ft_attention_start(job, begin);
  for (size_t index = begin; index < end; index++) {
    ft_attention_item item = ft_attention_next(job, &cursor);
    forward_state state = forward_state_in(ft_scratch(thread), &item, job->head_width);
    begin_rows(&state, job, &item);
    size_t limit = item.first_limit + item.query_count - 1;
    for (size_t block = 0; block < limit; block += FT_KEY_BLOCK)
      attend_block(&state, job, &item, block);
    finish_rows(&state, job, &item);
  }
}
