// What an item of attention's forward pass holds, and how it finds its keys and values: laid out for the
// products, from rows that lie together or from a cache.
#include "attention/attention_blocks.h"

/// Keys of a sequence that were turned for an earlier item, block by block: items of the same key head
/// follow each other.
typedef struct {
  const ft_sequence *sequence;
  size_t key_head;
  float *blocks;  ///< [blocks, D, 64]
  size_t room;    ///< floats that there are for blocks
  bool has[FT_SCRATCH_FLOATS / FT_KEY_BLOCK / FT_LANES];
} turned_keys;

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
  turned_keys *turned;  ///< those of all blocks; NULL where there is no room for them
  ft_key_range seen[FT_ATTENTION_ROWS];  ///< [rows], the keys of the block that a row sees
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

/// No keys yet, in the memory behind that of an item.
FT_INLINE turned_keys turned_keys_in(float *scratch) {
  const size_t used = 7 * FT_ATTENTION_ROWS * FT_HEAD_WIDTH_LIMIT;
  return (turned_keys){.blocks = scratch + used, .room = FT_SCRATCH_FLOATS - used};
}

/// The keys that earlier items turned, where they are of the same; NULL without room for all.
static turned_keys *turned_keys_for(turned_keys *turned, const ft_attention_job *job,
                                    const ft_attention_item *item) {
  size_t blocks = (item->sequence->key_count + FT_KEY_BLOCK - 1) / FT_KEY_BLOCK;
  bool fits = job->cache == NULL && blocks <= turned->room / (FT_KEY_BLOCK * job->head_width) &&
              blocks <= sizeof turned->has;
  if (!fits) return NULL;
  if (turned->sequence != item->sequence || turned->key_head != item->key_head) {
    turned->sequence = item->sequence;
    turned->key_head = item->key_head;
    memset(turned->has, 0, blocks);
  }
  return turned;
}

/// Finds the keys of the block that begins at `block` that each row sees.
static void find_seen(forward_state *state, const ft_attention_job *job,
                      const ft_attention_item *item, size_t block) {
  ft_key_range *seen = state->seen;
  for (size_t query = 0; query < item->query_count; query++) {
    size_t position = item->first_position + query;
    ft_key_range keys = keys_in_block(ft_seen_keys(job, item->sequence, position), block);
    for (size_t head = 0; head < item->head_count; head++) *seen++ = keys;
  }
}

/// A block's keys and values, laid out for the products.
typedef struct {
  size_t begin, end;   ///< of the keys that any row sees, `begin` a whole number of vectors
  const float *k;      ///< [D, 64]
  const float *v;      ///< the row of key 0
  size_t v_stride;
} key_block;

/// Turns keys `begin..<end` of rows that lie together, unless an earlier item did.
FT_INLINE key_block lay_out_rows(forward_state *state, const ft_attention_job *job,
                                 const ft_attention_item *item, size_t block, size_t begin,
                                 size_t end) {
  size_t first = item->sequence->key_start + block;
  size_t column = item->key_head * job->head_width;
  const float *k = job->k + first * job->k_stride + column;
  turned_keys *turned = state->turned;
  if (turned == NULL) {
    transpose_rows(state->k + begin, k + begin * job->k_stride, job->k_stride, end - begin,
                   state->width);
  } else {
    state->k = turned->blocks + block * state->width;
    size_t count = ft_least(FT_KEY_BLOCK, item->sequence->key_count - block);
    if (!turned->has[block / FT_KEY_BLOCK])
      transpose_rows(state->k, k, job->k_stride, count, state->width);
    turned->has[block / FT_KEY_BLOCK] = true;
  }
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
  size_t begin = vector_start(state->seen[0].begin);
  size_t end = state->seen[state->rows - 1].end;
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
