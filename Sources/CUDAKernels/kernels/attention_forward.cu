// Attention, forward: 64 queries of a head a block of threads, against tiles of 64 keys with a
// running maximum. The numbers of a row are those of `attention_forward.inc.h`.
#include "attention.cuh"

/// Queries of a block of threads, those of a half warp, and values in shared memory at a time.
constexpr int block_rows = 64, own_rows = 4, tile_values = 16;

/// Channels that a lane has, whatever the head's width: the most.
constexpr int width_limit = 256;

/// What a half warp holds of its rows while it runs through the keys.
template <int columns>
struct row_state {
  float o[own_rows][columns];  ///< channels lane, lane + 16, …
  v16 sums[own_rows];
  float largest[own_rows];
  ft_key_range seen[own_rows];  ///< of the tile's keys
};

/// Where the keys and values of a tile lie.
typedef struct {
  const ft_cuda_attention_job *job;
  size_t head, first, count;  ///< the key head, the tile's first row, and how many there are
} tile_place;

FT_INLINE float widened(uint16_t bits) { return __int_as_float((int32_t)((uint32_t)bits << 16)); }

FT_INLINE float cached(const ft_key_cache *cache, const void *block, size_t place) {
  return cache->is_bf16 ? widened(((const uint16_t *)block)[place]) : ((const float *)block)[place];
}

/// The keys' channels `channel…`, turned.
FT_INLINE void put_keys(turned_tile tile, tile_place place, size_t channel) {
  const ft_attention_job *job = &place.job->attention;
  const ft_key_cache *cache = &place.job->cache;
  size_t width = job->head_width, column = place.head * width;
  if (cache->blocks == NULL) {
    head_rows rows = {job->k + place.first * job->k_stride + column, job->k_stride, place.count};
    put_turned<tile_keys>(tile, rows, channel, width, 1);
    return;
  }
  const void *block = cache->blocks[place.first / tile_keys];
  for (unsigned i = threadIdx.x; i < tile_channels * tile_keys; i += blockDim.x) {
    unsigned c = i / tile_keys, key = i % tile_keys;
    bool is_there = key < place.count && channel + c < width;
    size_t at = cache->k_offset + (column + channel + c) * tile_keys + key;
    tile[c][key] = is_there ? cached(cache, block, at) : 0;
  }
}

/// The values of the tile's keys `key…`.
template <int columns>
__device__ __forceinline__ void put_values(float (*tile)[columns], tile_place place, size_t key) {
  const ft_attention_job *job = &place.job->attention;
  const ft_key_cache *cache = &place.job->cache;
  size_t width = job->head_width, column = place.head * width;
  size_t left = place.count > key ? place.count - key : 0;
  if (cache->blocks == NULL) {
    head_rows rows = {job->v + (place.first + key) * job->v_stride + column, job->v_stride, left};
    put_rows<tile_values>(tile, rows, 0, width, 1);
    return;
  }
  const void *block = cache->blocks[place.first / tile_keys];
  for (unsigned i = threadIdx.x; i < tile_values * columns; i += blockDim.x) {
    unsigned row = i / columns, c = i % columns;
    size_t at = cache->v_offset + (key + row) * job->key_heads * width + column + c;
    tile[row][c] = row < left && c < width ? cached(cache, block, at) : 0;
  }
}

/// A score as the options, the key's distance and its place make it.
FT_INLINE float finished_score(const ft_attention_job *job, float score, size_t head,
                               size_t position, size_t block, size_t key) {
  if (job->bias.numbers != NULL)
    score += job->bias.numbers[ft_bias_place(job, head, position, block) + key];
  if (job->options.soft_cap > 0) score = capped(score, job->options.soft_cap);
  if (job->key_scores != NULL) score += job->key_scores[head * job->key_scores_stride + block + key];
  return score;
}

/// Turns a row's scores into probabilities below its maximum, which may rise: then what it has
/// summed is scaled down. Keys that it does not see get exactly 0.
template <int columns>
__device__ __forceinline__ void weigh_row(row_state<columns> *state, int i, float *p,
                                          const float *scores) {
  ft_key_range seen = state->seen[i];
  float before = state->largest[i];
  v16 lanes = v16_splat(before);
#pragma unroll
  for (int j = 0; j < lane_keys; j++) {
    bool is_seen = holds(seen, ft_lane() + FT_LANES * j);
    lanes = v16_max(v16(is_seen ? scores[j] : -__builtin_inff()), lanes);
  }
  float largest = v16_largest(lanes);
  state->largest[i] = largest;
  if (seen.begin >= seen.end) return;
  v16 rescale = v16_exp(v16_splat(before - largest));
  v16 sums = state->sums[i] * rescale;
#pragma unroll
  for (int j = 0; j < lane_keys; j++) {
    unsigned key = ft_lane() + FT_LANES * j;
    v16 weight = v16_exp(v16(scores[j]) - v16_splat(largest));
    if (!holds(seen, key)) weight = v16_splat(0);
    sums += weight;
    p[key] = weight.x;
  }
  state->sums[i] = sums;
#pragma unroll
  for (int c = 0; c < columns; c++) state->o[i][c] = (v16(state->o[i][c]) * rescale).x;
}

/// Adds the values of keys `key…` of the tile to the rows that see them: chains over keys.
template <int columns>
__device__ __forceinline__ void add_values(row_state<columns> *state,
                                           const float (*p)[tile_keys + tile_pad],
                                           const float (*v)[FT_LANES * columns], unsigned first,
                                           size_t key) {
  for (unsigned k = 0; k < tile_values; k++) {
    float value[columns];
#pragma unroll
    for (int c = 0; c < columns; c++) value[c] = v[k][ft_lane() + FT_LANES * c];
#pragma unroll
    for (int i = 0; i < own_rows; i++) {
      if (!holds(state->seen[i], key + k)) continue;
      float weight = p[first + i][key + k];
#pragma unroll
      for (int c = 0; c < columns; c++)
        state->o[i][c] = __fmaf_rn(weight, value[c], state->o[i][c]);
    }
  }
}

/// Up to 64 queries of a head, whose width is at most 16 · `columns`.
template <int columns>
__device__ __forceinline__ void attend(const ft_cuda_attention_job *cuda) {
  // Queries and keys, or values after them.
  __shared__ __align__(16) float staged[2][tile_channels][tile_keys + tile_pad];
  __shared__ float p[block_rows][tile_keys + tile_pad];
  static_assert(sizeof staged >= tile_values * width_limit * sizeof(float), "values do not fit");
  const ft_attention_job *job = &cuda->attention;
  const ft_cuda_queries item = cuda->items[blockIdx.x];
  const ft_sequence sequence = job->sequences[item.sequence];
  size_t head = blockIdx.y, key_head = head / ft_shared_heads(job), width = job->head_width;
  size_t left = sequence.query_count - item.first_query;
  size_t rows = left < block_rows ? left : block_rows;
  size_t position = sequence.key_count - sequence.query_count + item.first_query;
  size_t query = sequence.query_start + item.first_query;
  unsigned first = threadIdx.x / FT_LANES * own_rows;
  head_rows queries = {job->q + query * job->q_stride + head * width, job->q_stride, rows};
  row_state<columns> state;
#pragma unroll
  for (int i = 0; i < own_rows; i++) {
    state.largest[i] = -__builtin_inff();
    state.sums[i] = v16_splat(0);
#pragma unroll
    for (int c = 0; c < columns; c++) state.o[i][c] = 0;
  }
  size_t end = ft_seen_keys(job, &sequence, position + rows - 1).end;
  size_t block = ft_seen_keys(job, &sequence, position).begin / tile_keys * tile_keys;
  for (; block < end; block += tile_keys) {
    tile_place place = {cuda, key_head, sequence.key_start + block,
                        ft_least(tile_keys, sequence.key_count - block)};
    float scores[own_rows][lane_keys] = {};
    for (size_t channel = 0; channel < width; channel += tile_channels) {
      __syncthreads();
      put_turned<block_rows>(staged[0], queries, channel, width, job->options.scale);
      put_keys(staged[1], place, channel);
      __syncthreads();
      add_channels<own_rows>(scores, staged[0], staged[1], first,
                             ft_least(tile_channels, width - channel));
    }
#pragma unroll
    for (int i = 0; i < own_rows; i++) {
      size_t at = position + first + i;
      ft_key_range seen = {0, 0};
      if (first + i < rows) seen = keys_in_block(ft_seen_keys(job, &sequence, at), block);
      state.seen[i] = seen;
#pragma unroll
      for (int j = 0; j < lane_keys; j++) {
        size_t key = ft_lane() + FT_LANES * j;
        if (holds(seen, key)) scores[i][j] = finished_score(job, scores[i][j], head, at, block, key);
      }
      weigh_row(&state, i, p[first + i], scores[i]);
    }
    float(*values)[FT_LANES * columns] = (float(*)[FT_LANES * columns]) & staged[0][0][0];
    for (size_t key = 0; key < place.count; key += tile_values) {
      __syncthreads();
      put_values(values, place, key);
      __syncthreads();
      add_values(&state, p, values, first, key);
    }
  }
#pragma unroll
  for (int i = 0; i < own_rows; i++) {
    float sum = v16_sum(state.sums[i]);
    if (first + i >= rows) continue;
    size_t row = (query + first + i) * job->heads + head;
    float inverse = 1 / sum;
#pragma unroll
    for (int c = 0; c < columns; c++) {
      size_t channel = ft_lane() + FT_LANES * c;
      if (channel < width) job->out[row * width + channel] = state.o[i][c] * inverse;
    }
    if (ft_lane() == 0) job->log_sum[row] = state.largest[i] + v16_log(v16_splat(sum)).x;
  }
}

FT_KERNEL(ft_attention_64, ft_cuda_attention_job, 256, 2) { attend<4>(&job); }
FT_KERNEL(ft_attention_128, ft_cuda_attention_job, 256, 1) { attend<8>(&job); }
FT_KERNEL(ft_attention_256, ft_cuda_attention_job, 256, 1) { attend<16>(&job); }

/// Keys, turned, and values of new rows into their block of a cache: a thread a number of each.
FT_KERNEL(ft_store_keys, ft_cuda_store_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.rows * job.width) return;
  const ft_cuda_place place = *job.place;
  size_t row = i / job.width, channel = i % job.width;
  size_t k = job.key_offset + channel * tile_keys + place.first + row;
  size_t v = job.value_offset + (place.first + row) * job.width + channel;
  if (job.is_bf16) {
    ((uint16_t *)place.block)[k] = (uint16_t)(v16_round_to_bf16(v16(job.keys[i])).x >> 16);
    ((uint16_t *)place.block)[v] = (uint16_t)(v16_round_to_bf16(v16(job.values[i])).x >> 16);
  } else {
    ((float *)place.block)[k] = job.keys[i];
    ((float *)place.block)[v] = job.values[i];
  }
}
