// Attention, backward: probabilities are computed again from the kept log-sums. The gradients of
// keys and values are done a tile of 64 keys a block of threads, those of queries 32 queries a block:
// each is one chain, in the order and over the pairs of `attention_backward.inc.h`.
#include "attention.cuh"

/// Queries of a tile, and those of a half warp; channels of the gradients that a block has.
constexpr int tile_rows = 32, own_rows = 2, slice = 64, lane_channels = slice / FT_LANES;

/// Tiles that scores are made of, turned: one of queries, one of keys.
struct score_tiles {
  float rows[tile_channels][tile_rows + tile_pad];
  turned_tile keys;
};

/// A tile of pairs.
struct pair_tile {
  float of[tile_rows][tile_keys + tile_pad];
};

/// Where a block of threads is: a sequence, a head, a tile of queries and one of keys.
typedef struct {
  const ft_cuda_attention_backward_job *cuda;
  const ft_attention_job *job;
  ft_sequence sequence;
  size_t head, query, rows, block, keys;
} pair_place;

FT_INLINE size_t position_of(const pair_place *place, size_t query) {
  return place->sequence.key_count - place->sequence.query_count + query;
}

/// Rows of a tensor of queries, and of one of keys.
FT_INLINE head_rows query_rows(const pair_place *place, const float *x, size_t stride) {
  size_t row = place->sequence.query_start + place->query;
  return {x + row * stride + place->head * place->job->head_width, stride, place->rows};
}
FT_INLINE head_rows key_rows(const pair_place *place, const float *x, size_t stride) {
  size_t row = place->sequence.key_start + place->block;
  size_t head = place->head / ft_shared_heads(place->job);
  return {x + row * stride + head * place->job->head_width, stride, place->keys};
}
FT_INLINE size_t out_stride(const pair_place *place) {
  return place->job->heads * place->job->head_width;
}

/// products[i][j] = row i of the half warp by the lane's key j: chains over channels.
FT_INLINE void multiply_tiles(float (*products)[lane_keys], score_tiles *tiles, head_rows rows,
                              float factor, head_rows keys, size_t width) {
  for (int i = 0; i < own_rows; i++)
    for (int j = 0; j < lane_keys; j++) products[i][j] = 0;
  unsigned first = threadIdx.x / FT_LANES * own_rows;
  for (size_t channel = 0; channel < width; channel += tile_channels) {
    __syncthreads();
    put_turned<tile_rows>(tiles->rows, rows, channel, width, factor);
    put_turned<tile_keys>(tiles->keys, keys, channel, width, 1);
    __syncthreads();
    add_channels<own_rows>(products, tiles->rows, tiles->keys, first,
                           ft_least(tile_channels, width - channel));
  }
}

/// Probabilities of the tile's pairs, and the gradients of their scores; pairs that are not seen
/// get exactly 0.
FT_INLINE void differentiate(float (*p)[lane_keys], float (*ds)[lane_keys], score_tiles *tiles,
                             const pair_place *place) {
  const ft_attention_job *job = place->job;
  const ft_attention_options *options = &job->options;
  size_t width = job->head_width;
  multiply_tiles(p, tiles, query_rows(place, job->q, job->q_stride), options->scale,
                 key_rows(place, job->k, job->k_stride), width);
  multiply_tiles(ds, tiles, query_rows(place, place->cuda->backward.dout, out_stride(place)), 1,
                 key_rows(place, job->v, job->v_stride), width);
  for (int i = 0; i < own_rows; i++) {
    size_t row = threadIdx.x / FT_LANES * own_rows + i;
    size_t position = position_of(place, place->query + row);
    ft_key_range seen = {0, 0};
    if (row < place->rows)
      seen = keys_in_block(ft_seen_keys(job, &place->sequence, position), place->block);
    size_t at = (place->sequence.query_start + place->query + row) * job->heads + place->head;
    for (int j = 0; j < lane_keys; j++) {
      size_t key = ft_lane() + FT_LANES * j;
      v16 weight = v16_splat(0), slope = v16_splat(0);
      if (holds(seen, key)) {
        float score = p[i][j];
        if (job->bias.numbers != NULL)
          score += job->bias.numbers[ft_bias_place(job, place->head, position, place->block) + key];
        if (options->soft_cap > 0) score = capped(score, options->soft_cap);
        float whole = score;
        if (job->key_scores != NULL)
          whole += job->key_scores[place->head * job->key_scores_stride + place->block + key];
        weight = v16_exp(v16_splat(whole) - v16_splat(job->log_sum[at]));
        slope = weight * (v16_splat(ds[i][j]) - v16_splat(place->cuda->delta[at]));
        if (options->soft_cap > 0) {
          v16 share = v16_splat(score) / v16_splat(options->soft_cap);
          slope *= v16_fma(-share, share, v16_splat(1));
        }
      }
      p[i][j] = weight.x;
      ds[i][j] = slope.x;
    }
  }
}

/// Puts the half warp's pairs, times `factor`, where all threads find them.
FT_INLINE void put_pairs(pair_tile *tile, const float (*numbers)[lane_keys], float factor) {
  for (int i = 0; i < own_rows; i++)
    for (int j = 0; j < lane_keys; j++)
      tile->of[threadIdx.x / FT_LANES * own_rows + i][ft_lane() + FT_LANES * j] =
          numbers[i][j] * factor;
}

/// The keys of the tile that `rows` queries from `query` on are multiplied with.
FT_INLINE ft_key_range multiplied_keys(const pair_place *place, size_t query, size_t rows) {
  const ft_attention_job *job = place->job;
  size_t position = position_of(place, query);
  ft_key_range low = keys_in_block(ft_seen_keys(job, &place->sequence, position), place->block);
  ft_key_range high =
      keys_in_block(ft_seen_keys(job, &place->sequence, position + rows - 1), place->block);
  return {vector_start(low.begin), high.end};
}

/// dout · out of each row and head, in sixteen lanes: a half warp a row and head.
FT_KERNEL(ft_attention_delta, ft_cuda_attention_backward_job, 256, 1) {
  const ft_attention_job *forward = &job.backward.forward;
  size_t place = ft_thread_index() / FT_LANES, width = forward->head_width;
  if (place >= job.rows * forward->heads) return;
  float sum = 0;
  for (size_t i = ft_lane(); i < width; i += FT_LANES)
    sum = __fmaf_rn(job.backward.dout[place * width + i], forward->out[place * width + i], sum);
  float delta = v16_sum(v16(sum));
  if (ft_lane() == 0) job.delta[place] = delta;
}

/// The gradients of a tile of keys and values, 64 channels of them: an item names the tile's first key.
FT_KERNEL(ft_attention_keys, ft_cuda_attention_backward_job, 256, 1) {
  __shared__ score_tiles tiles;
  __shared__ pair_tile weights, slopes;
  __shared__ float q[tile_rows][slice], dout[tile_rows][slice];
  const ft_attention_job *forward = &job.backward.forward;
  const ft_cuda_queries item = job.items[blockIdx.x];
  size_t shared = ft_shared_heads(forward), width = forward->head_width, channel = blockIdx.z * slice;
  pair_place place = {&job, forward, forward->sequences[item.sequence]};
  place.block = item.first_query;
  place.keys = ft_least(tile_keys, place.sequence.key_count - place.block);
  place.head = blockIdx.y * shared;
  unsigned own = threadIdx.x / FT_LANES * lane_keys;
  size_t row = place.sequence.key_start + place.block + own;
  float *dk = job.backward.dk + row * forward->k_stride + blockIdx.y * width + channel;
  float *dv = job.backward.dv + row * forward->v_stride + blockIdx.y * width + channel;
  float of_k[lane_keys][lane_channels], of_v[lane_keys][lane_channels];
  for (int i = 0; i < lane_keys; i++)
    for (int j = 0; j < lane_channels; j++) {
      size_t c = ft_lane() + FT_LANES * j;
      bool is_there = own + i < place.keys && channel + c < width;
      of_k[i][j] = is_there ? dk[i * forward->k_stride + c] : 0;
      of_v[i][j] = is_there ? dv[i * forward->v_stride + c] : 0;
    }
  ft_key_range seeing =
      ft_seeing_queries(forward, &place.sequence, place.block, place.block + place.keys);
  for (size_t head = 0; head < shared; head++, place.head++)
    for (place.query = seeing.begin; place.query < seeing.end; place.query += tile_rows) {
      place.rows = ft_least(tile_rows, seeing.end - place.query);
      float p[own_rows][lane_keys], ds[own_rows][lane_keys];
      differentiate(p, ds, &tiles, &place);
      put_pairs(&weights, p, 1);
      put_pairs(&slopes, ds, 1);
      put_rows<tile_rows>(q, query_rows(&place, forward->q, forward->q_stride), channel, width,
                          forward->options.scale);
      put_rows<tile_rows>(dout, query_rows(&place, job.backward.dout, out_stride(&place)), channel,
                          width, 1);
      __syncthreads();
      ft_key_range keys = multiplied_keys(&place, place.query, place.rows);
      // Whole vectors of keys, the last padded.
      size_t last = keys.begin + (keys.end - keys.begin + FT_LANES - 1) / FT_LANES * FT_LANES;
      for (size_t r = 0; r < place.rows; r++)
        for (int i = 0; i < lane_keys; i++) {
          if (!holds({keys.begin, last}, own + i)) continue;
          for (int j = 0; j < lane_channels; j++) {
            unsigned c = ft_lane() + FT_LANES * j;
            of_v[i][j] = __fmaf_rn(weights.of[r][own + i], dout[r][c], of_v[i][j]);
            of_k[i][j] = __fmaf_rn(slopes.of[r][own + i], q[r][c], of_k[i][j]);
          }
        }
      __syncthreads();
    }
  for (int i = 0; i < lane_keys; i++)
    for (int j = 0; j < lane_channels; j++) {
      size_t c = ft_lane() + FT_LANES * j;
      if (own + i >= place.keys || channel + c >= width) continue;
      dk[i * forward->k_stride + c] = of_k[i][j];
      dv[i * forward->v_stride + c] = of_v[i][j];
    }
}

/// The keys that row `query` is multiplied with in the tile of `place`, by which queries a processor
/// takes together there; none where it is not among those that see the tile.
FT_INLINE ft_key_range keys_of_row(const pair_place *place, size_t query) {
  ft_key_range seeing =
      ft_seeing_queries(place->job, &place->sequence, place->block, place->block + place->keys);
  if (!holds(seeing, query)) return {0, 0};
  size_t first = seeing.begin + (query - seeing.begin) / tile_rows * tile_rows;
  return multiplied_keys(place, first, ft_least(tile_rows, seeing.end - first));
}

/// The gradients of up to 32 queries of a head, 64 channels of them.
FT_KERNEL(ft_attention_queries, ft_cuda_attention_backward_job, 256, 1) {
  __shared__ score_tiles tiles;
  __shared__ pair_tile slopes;
  __shared__ float k[tile_keys][slice];
  const ft_attention_job *forward = &job.backward.forward;
  const ft_cuda_queries item = job.items[blockIdx.x];
  size_t width = forward->head_width, channel = blockIdx.z * slice;
  pair_place place = {&job, forward, forward->sequences[item.sequence], blockIdx.y,
                      item.first_query};
  place.rows = ft_least(tile_rows, place.sequence.query_count - place.query);
  unsigned own = threadIdx.x / FT_LANES * own_rows;
  size_t row = place.sequence.query_start + place.query + own;
  float *dq = job.backward.dq + row * forward->q_stride + place.head * width + channel;
  float sums[own_rows][lane_channels];
  for (int i = 0; i < own_rows; i++)
    for (int j = 0; j < lane_channels; j++) {
      size_t c = ft_lane() + FT_LANES * j;
      bool is_there = own + i < place.rows && channel + c < width;
      sums[i][j] = is_there ? dq[i * forward->q_stride + c] : 0;
    }
  size_t position = position_of(&place, place.query);
  size_t end = ft_seen_keys(forward, &place.sequence, position + place.rows - 1).end;
  place.block = ft_seen_keys(forward, &place.sequence, position).begin / tile_keys * tile_keys;
  for (; place.block < end; place.block += tile_keys) {
    place.keys = ft_least(tile_keys, place.sequence.key_count - place.block);
    float p[own_rows][lane_keys], ds[own_rows][lane_keys];
    differentiate(p, ds, &tiles, &place);
    put_pairs(&slopes, ds, forward->options.scale);
    put_rows<tile_keys>(k, key_rows(&place, forward->k, forward->k_stride), channel, width, 1);
    __syncthreads();
    for (int i = 0; i < own_rows; i++) {
      ft_key_range keys = {0, 0};
      if (own + i < place.rows) keys = keys_of_row(&place, place.query + own + i);
      for (size_t key = keys.begin; key < keys.end; key++)
        for (int j = 0; j < lane_channels; j++)
          sums[i][j] =
              __fmaf_rn(slopes.of[own + i][key], k[key][ft_lane() + FT_LANES * j], sums[i][j]);
    }
    __syncthreads();
  }
  for (int i = 0; i < own_rows; i++)
    for (int j = 0; j < lane_channels; j++) {
      size_t c = ft_lane() + FT_LANES * j;
      if (own + i < place.rows && channel + c < width) dq[i * forward->q_stride + c] = sums[i][j];
    }
}

/// The gradients of a head's bias in one sequence, tile by tile and row by row.
FT_KERNEL(ft_attention_bias, ft_cuda_attention_backward_job, 256, 1) {
  __shared__ score_tiles tiles;
  __shared__ pair_tile slopes;
  const ft_attention_job *forward = &job.backward.forward;
  pair_place place = {&job, forward, forward->sequences[blockIdx.x], blockIdx.y};
  float *dbias = job.backward.dbias + blockIdx.x * forward->heads * forward->bias.stride;
  for (place.block = 0; place.block < place.sequence.key_count; place.block += tile_keys) {
    place.keys = ft_least(tile_keys, place.sequence.key_count - place.block);
    ft_key_range seeing =
        ft_seeing_queries(forward, &place.sequence, place.block, place.block + place.keys);
    for (place.query = seeing.begin; place.query < seeing.end; place.query += tile_rows) {
      place.rows = ft_least(tile_rows, seeing.end - place.query);
      float p[own_rows][lane_keys], ds[own_rows][lane_keys];
      differentiate(p, ds, &tiles, &place);
      put_pairs(&slopes, ds, 1);
      ft_key_range keys = multiplied_keys(&place, place.query, place.rows);
      size_t last = keys.begin + (keys.end - keys.begin + FT_LANES - 1) / FT_LANES * FT_LANES;
      size_t key = threadIdx.x;
      for (size_t r = 0; r < place.rows; r++) {
        __syncthreads();
        size_t at = ft_bias_place(forward, place.head, position_of(&place, place.query + r),
                                  place.block);
        if (holds({keys.begin, last}, key)) dbias[at + key] += slopes.of[r][key];
      }
      __syncthreads();
    }
  }
}
