// Attention, forward: blocks of queries against blocks of 64 keys, with a running maximum.
// Source: Dao et al. 2022, arXiv:2205.14135, algorithm 1 (blocks over keys outermost for a row).
#include "attention/attention_keys.inc.h"

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

/// The keys that rows `row..<end` all see; empty, and where the last row's begin, if there is none.
FT_INLINE ft_key_range seen_by_all(const forward_state *state, size_t row, size_t end) {
  size_t from = state->seen[end - 1].begin, to = state->seen[row].end;
  return ft_range(from, to > from ? to : from);
}

/// Adds the block's values, each row over the keys it sees and no other: rows that all see the same
/// together, of others four over what all of them see, and each alone over what it sees before and
/// after.
static void add_values(forward_state *state, const key_block *keys) {
  const ft_key_range *seen = state->seen;
  size_t last = state->rows - 1;
  if (seen[0].begin == seen[last].begin && seen[0].end == seen[last].end) {
    add_value_rows(state, keys, 0, state->rows, seen[0]);
    return;
  }
  for (size_t row = 0; row < state->rows; row += 4) {
    size_t end = row + ft_least(4, state->rows - row);
    ft_key_range common = seen_by_all(state, row, end);
    for (size_t r = row; r < end; r++)
      add_value_rows(state, keys, r, 1,
                     ft_range(seen[r].begin, ft_least(seen[r].end, common.begin)));
    add_value_rows(state, keys, row, end - row, common);
    for (size_t r = row; r < end; r++)
      add_value_rows(state, keys, r, 1, ft_range(common.end, seen[r].end));
  }
}

/// Adds what the places of the keys do to each row's scores.
static void add_key_scores(forward_state *state, const ft_attention_job *job,
                           const ft_attention_item *item, size_t block, const key_block *keys) {
  for (size_t row = 0; row < state->rows; row++) {
    size_t head = item->first_head + row % item->head_count;
    add_terms(state->p + row * FT_KEY_BLOCK,
              job->key_scores + head * job->key_scores_stride + block, keys->begin, keys->end);
  }
}

/// Adds what the distances of the keys do to each row's scores.
static void add_distances(forward_state *state, const ft_attention_job *job,
                     const ft_attention_item *item, size_t block, const key_block *keys) {
  for (size_t row = 0; row < state->rows; row++) {
    size_t head = item->first_head + row % item->head_count;
    size_t position = item->first_position + row / item->head_count;
    add_terms(state->p + row * FT_KEY_BLOCK,
              job->bias.numbers + ft_bias_place(job, head, position, block), keys->begin,
              keys->end);
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
  if (job->bias.numbers != NULL) add_distances(state, job, item, block, keys);
  if (job->options.soft_cap > 0)
    cap_scores(state->p, job->options.soft_cap, state->rows, keys->begin, keys->end);
  if (job->key_scores != NULL) add_key_scores(state, job, item, block, keys);
}

static void attend_block(forward_state *state, const ft_attention_job *job,
                         const ft_attention_item *item, size_t block) {
  find_seen(state, job, item, block);
  key_block keys = load_key_block(state, job, item, block);
  score_block(state, job, item, block, &keys);
  for (size_t row = 0; row < state->rows; row++) {
    float before = state->largest[row];
    state->largest[row] =
        raised_maximum(state->p + row * FT_KEY_BLOCK, state->seen[row], before);
    state->rescale[row] = before - state->largest[row];
  }
  for (size_t row = 0; row < state->rows; row += FT_LANES)
    v16_store(state->rescale + row, v16_exp(v16_load(state->rescale + row)));
  for (size_t row = 0; row < state->rows; row++) {
    ft_key_range seen = state->seen[row];
    if (seen.begin < seen.end) weigh_row(state, row, seen);
  }
  add_values(state, &keys);
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
  turned_keys turned = turned_keys_in(ft_scratch(thread));
  for (size_t index = begin; index < end; index++) {
    ft_attention_item item = ft_attention_next(items, &cursor);
    forward_state state = forward_state_in(ft_scratch(thread), &item, job->head_width);
    state.turned = turned_keys_for(&turned, job, &item);
    begin_rows(&state, job, &item);
    size_t begin = ft_seen_keys(job, item.sequence, item.first_position).begin;
    size_t last = item.first_position + item.query_count - 1;
    size_t end = ft_seen_keys(job, item.sequence, last).end;
    for (size_t block = begin / FT_KEY_BLOCK * FT_KEY_BLOCK; block < end; block += FT_KEY_BLOCK)
      attend_block(&state, job, &item, block);
    finish_rows(&state, job, &item);
  }
}
