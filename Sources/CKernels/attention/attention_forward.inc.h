// Attention, forward: blocks of queries against blocks of 64 keys, with a running maximum.
// Source: Dao et al. 2022, arXiv:2205.14135, algorithm 1 (blocks over keys outermost for a row).
#include "attention/attention_blocks.h"

/// What an item holds while it runs through the keys: a row is one query of one head.
typedef struct {
  size_t rows, width, padded;
  float *q;        ///< [rows, D], times the scale
  float *k;        ///< [D, 64], a block of keys turned, or those of a bfloat16 cache widened
  float *v;        ///< [64, padded], a block of values, where rows are not whole vectors
  float *v_rows;   ///< [64, padded], a block of values of a bfloat16 cache, widened
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
                         .v_rows = scratch + 6 * area};
}

/// Row r of an item is query r / head_count and head r % head_count.
static void begin_rows(forward_state *state, const ft_attention_job *job,
                       const ft_attention_item *item) {
  for (size_t query = 0; query < item->query_count; query++) {
    size_t row = item->sequence->query_start + item->first_query + query;
    const float *q = job->q + row * job->q_stride + item->first_head * job->head_width;
    // A row of queries is contiguous over heads.
    copy_rows_scaled(state->q + query * item->head_count * state->padded, state->padded, q,
                     job->head_width, job->options.scale, item->head_count, job->head_width);
  }
  for (size_t row = 0; row < state->rows; row++) {
    state->largest[row] = -__builtin_inff();
    v16_store(state->sums + row * FT_LANES, v16_splat(0));
    for (size_t i = 0; i < state->padded; i += FT_LANES)
      v16_store(state->o + row * state->padded + i, v16_splat(0));
  }
}

/// Raises a row's maximum to that of the scores it sees.
FT_INLINE float raised_maximum(const float *scores, ft_key_range seen, float largest) {
  v16 lanes = v16_splat(largest);
  for (size_t i = vector_start(seen.begin); i < seen.end; i += FT_LANES)
    lanes = v16_max(keep_keys(v16_load(scores + i), seen, i, -__builtin_inff()), lanes);
  return v16_largest(lanes);
}

/// Scores to probabilities below the new maximum; keys that are not seen get exactly 0.
FT_INLINE void weigh_row(forward_state *state, size_t row, ft_key_range seen) {
  float *p = state->p + row * FT_KEY_BLOCK;
  float *o = state->o + row * state->padded;
  v16 largest = v16_splat(state->largest[row]);
  v16 rescale = v16_splat(state->rescale[row]);
  v16 sums = v16_load(state->sums + row * FT_LANES) * rescale;
  for (size_t i = vector_start(seen.begin); i < seen.end; i += FT_LANES) {
    v16 weight = keep_keys(v16_exp(v16_load(p + i) - largest), seen, i, 0);
    sums += weight;
    v16_store(p + i, weight);
  }
  v16_store(state->sums + row * FT_LANES, sums);
  for (size_t i = 0; i < state->padded; i += FT_LANES)
    v16_store(o + i, v16_load(o + i) * rescale);
}

/// The keys of the block that begins at `block` that a row sees.
FT_INLINE ft_key_range seen_in_block(const ft_attention_job *job, const ft_attention_item *item,
                                     size_t row, size_t block) {
  size_t position = item->first_position + row / item->head_count;
  return keys_in_block(ft_seen_keys(job, item->sequence, position), block);
}

/// A block's keys and values, laid out for the products.
typedef struct {
  size_t begin, end;   ///< of the keys that any row sees, `begin` a whole number of vectors
  const float *k;      ///< [D, 64]
  const float *v;      ///< the row of key 0
  size_t v_stride;
} key_block;

/// Lays out keys `begin..<end` of rows that lie together.
FT_INLINE key_block lay_out_rows(forward_state *state, const ft_attention_job *job,
                                 const ft_attention_item *item, size_t block, size_t begin,
                                 size_t end) {
  size_t first = item->sequence->key_start + block;
  size_t column = item->key_head * job->head_width;
  const float *k = job->k + (first + begin) * job->k_stride + column;
  transpose_rows(state->k + begin, k, job->k_stride, end - begin, state->width);
  return (key_block){begin, end, state->k, job->v + first * job->v_stride + column, job->v_stride};
}

/// Finds keys `begin..<end` in a cache, where they lie as they are needed but for their format.
FT_INLINE key_block find_in_cache(forward_state *state, const ft_attention_job *job,
                                  const ft_attention_item *item, size_t block, size_t begin,
                                  size_t end) {
  const ft_key_cache *cache = job->cache;
  const void *held = cache->blocks[(item->sequence->key_start + block) / FT_KEY_BLOCK];
  size_t column = item->key_head * job->head_width;
  size_t stride = job->key_heads * job->head_width;
  size_t k = cache->k_offset + column * FT_KEY_BLOCK, v = cache->v_offset + column;
  if (!cache->is_bf16)
    return (key_block){begin, end, (const float *)held + k, (const float *)held + v, stride};
  widen_rows(state->k + begin, FT_KEY_BLOCK, (const uint16_t *)held + k + begin, FT_KEY_BLOCK,
             state->width, end - begin);
  widen_rows(state->v_rows + begin * state->padded, state->padded,
             (const uint16_t *)held + v + begin * stride, stride, end - begin, state->width);
  return (key_block){begin, end, state->k, state->v_rows, state->padded};
}

/// The keys and values of the block that begins at `block`, ready for the products.
static key_block load_key_block(forward_state *state, const ft_attention_job *job,
                                const ft_attention_item *item, size_t block) {
  size_t begin = vector_start(seen_in_block(job, item, 0, block).begin);
  size_t end = seen_in_block(job, item, state->rows - 1, block).end;
  key_block keys = job->cache == NULL ? lay_out_rows(state, job, item, block, begin, end)
                                      : find_in_cache(state, job, item, block, begin, end);
  // Widened rows are whole vectors already.
  if (state->padded == state->width || keys.v == state->v_rows) return keys;
  copy_rows_scaled(state->v + begin * state->padded, state->padded,
                   keys.v + begin * keys.v_stride, keys.v_stride, 1, end - begin, state->width);
  keys.v = state->v;
  keys.v_stride = state->padded;
  return keys;
}

/// Adds the block's values to `rows` rows from `row` on, which all see the keys of `range`.
FT_INLINE void add_value_rows(forward_state *state, const key_block *keys, size_t row,
                              size_t rows, ft_key_range range) {
  if (range.begin >= range.end) return;
  multiply_blocks((block_product){.c = state->o + row * state->padded,
                                  .ldc = state->padded,
                                  .a = state->p + row * FT_KEY_BLOCK + range.begin,
                                  .a_row = FT_KEY_BLOCK,
                                  .a_step = 1,
                                  .b = keys->v + range.begin * keys->v_stride,
                                  .ldb = keys->v_stride,
                                  .m = rows,
                                  .n = state->padded / FT_LANES,
                                  .depth = range.end - range.begin,
                                  .accumulate = true});
}

/// Adds the block's values, each row over the keys it sees and no other: four rows together over
/// those that all of them see, each alone over what it sees before and after these.
static void add_values(forward_state *state, const ft_attention_job *job,
                       const ft_attention_item *item, size_t block, const key_block *keys) {
  for (size_t row = 0; row < state->rows; row += 4) {
    size_t together = ft_least(4, state->rows - row);
    ft_key_range first = seen_in_block(job, item, row, block);
    ft_key_range last = seen_in_block(job, item, row + together - 1, block);
    // Where no key is common, a row is alone with all it sees.
    ft_key_range common = {last.begin, first.end > last.begin ? first.end : last.begin};
    for (size_t r = row; r < row + together; r++) {
      ft_key_range seen = seen_in_block(job, item, r, block);
      add_value_rows(state, keys, r, 1,
                     (ft_key_range){seen.begin, ft_least(seen.end, common.begin)});
    }
    add_value_rows(state, keys, row, together, common);
    for (size_t r = row; r < row + together; r++)
      add_value_rows(state, keys, r, 1,
                     (ft_key_range){common.end, seen_in_block(job, item, r, block).end});
  }
}

/// Adds what the places of the keys do to each row's scores.
static void add_key_scores(forward_state *state, const ft_attention_job *job,
                           const ft_attention_item *item, size_t block, const key_block *keys) {
  for (size_t row = 0; row < state->rows; row++) {
    size_t head = item->first_head + row % item->head_count;
    const float *terms = job->key_scores + head * job->key_scores_stride + block;
    float *scores = state->p + row * FT_KEY_BLOCK;
    for (size_t i = keys->begin; i < keys->end; i += FT_LANES)
      v16_store(scores + i, v16_load(scores + i) + v16_load(terms + i));
  }
}

static void score_block(forward_state *state, const ft_attention_job *job,
                        const ft_attention_item *item, size_t block, const key_block *keys) {
  multiply_blocks((block_product){.c = state->p + keys->begin,
                                  .ldc = FT_KEY_BLOCK,
                                  .a = state->q,
                                  .a_row = state->padded,
                                  .a_step = 1,
                                  .b = keys->k + keys->begin,
                                  .ldb = FT_KEY_BLOCK,
                                  .m = state->rows,
                                  .n = vectors_of(keys->end - keys->begin),
                                  .depth = state->width});
  if (job->options.soft_cap > 0)
    cap_scores(state->p, job->options.soft_cap, state->rows, keys->begin, keys->end);
  if (job->key_scores != NULL) add_key_scores(state, job, item, block, keys);
}

static void attend_block(forward_state *state, const ft_attention_job *job,
                         const ft_attention_item *item, size_t block) {
  key_block keys = load_key_block(state, job, item, block);
  score_block(state, job, item, block, &keys);
  for (size_t row = 0; row < state->rows; row++) {
    float before = state->largest[row];
    state->largest[row] = raised_maximum(state->p + row * FT_KEY_BLOCK,
                                         seen_in_block(job, item, row, block), before);
    state->rescale[row] = before - state->largest[row];
  }
  for (size_t row = 0; row < state->rows; row += FT_LANES)
    v16_store(state->rescale + row, v16_exp(v16_load(state->rescale + row)));
  for (size_t row = 0; row < state->rows; row++) {
    ft_key_range seen = seen_in_block(job, item, row, block);
    if (seen.begin < seen.end) weigh_row(state, row, seen);
  }
  add_values(state, job, item, block, &keys);
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
    job->log_sum[query * job->heads + head] = state->largest[row] + ft_log_lane(sum);
  }
}

/// The range is of items: see `attention_items.h`.
FT_RANGE_KERNEL(attention_forward) {
  const ft_attention_items *items = context;
  const ft_attention_job *job = items->job;
  ft_attention_cursor cursor = ft_attention_start(items, begin);
  for (size_t index = begin; index < end; index++) {
    ft_attention_item item = ft_attention_next(items, &cursor);
    forward_state state = forward_state_in(ft_scratch(thread), &item, job->head_width);
    begin_rows(&state, job, &item);
    size_t begin = ft_seen_keys(job, item.sequence, item.first_position).begin;
    size_t last = item.first_position + item.query_count - 1;
    size_t end = ft_seen_keys(job, item.sequence, last).end;
    for (size_t block = begin / FT_KEY_BLOCK * FT_KEY_BLOCK; block < end; block += FT_KEY_BLOCK)
      attend_block(&state, job, &item, block);
    finish_rows(&state, job, &item);
  }
}
