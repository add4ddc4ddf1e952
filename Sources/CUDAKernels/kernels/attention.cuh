// What the forward and the backward pass of attention share: where a block of threads is, and how
// numbers come into shared memory.
//
// A half warp has whole rows (queries) of a tile, its lanes the keys: so a row's maximum and sum
// have the lanes that they have on a processor.
#ifndef FT_ATTENTION_CUH
#define FT_ATTENTION_CUH

#include "launching.h"

#include "attention/key_ranges.h"
#include "ft_cuda.h"
#include "lanes/lane_math.h"
#include "lanes/loops.h"

/// Keys of a tile, those of a lane, channels in shared memory at a time, and floats between rows
/// beyond the tile's.
constexpr int tile_keys = 64, lane_keys = tile_keys / FT_LANES, tile_channels = 32, tile_pad = 4;

/// A tile of keys or values, turned: [channels, keys].
typedef float turned_tile[tile_channels][tile_keys + tile_pad];

/// Rows of a tensor whose heads lie side by side.
typedef struct {
  const float *start;  ///< the head's first channel in the first row
  size_t stride, rows;
} head_rows;

/// Puts `count` rows of a head, channels `channel..<channel + 32`, times `factor` into `tile`, as
/// [channels, rows]; zeros beyond.
template <int count, int pitch>
__device__ __forceinline__ void put_turned(float (*tile)[pitch], head_rows from, size_t channel,
                                           size_t width, float factor) {
  for (unsigned i = threadIdx.x; i < count * tile_channels; i += blockDim.x) {
    unsigned row = i / tile_channels, c = i % tile_channels;
    bool is_there = row < from.rows && channel + c < width;
    tile[c][row] = is_there ? from.start[row * from.stride + channel + c] * factor : 0;
  }
}

/// Puts `count` rows of a head, channels `channel..<channel + columns`, times `factor` into `tile`.
template <int count, int columns>
__device__ __forceinline__ void put_rows(float (*tile)[columns], head_rows from, size_t channel,
                                         size_t width, float factor) {
  for (unsigned i = threadIdx.x; i < count * columns; i += blockDim.x) {
    unsigned row = i / columns, c = i % columns;
    bool is_there = row < from.rows && channel + c < width;
    tile[row][c] = is_there ? from.start[row * from.stride + channel + c] * factor : 0;
  }
}

/// Adds the channels' steps to the scores of `rows` rows by the lane's keys: chains over channels.
template <int rows, int pitch>
__device__ __forceinline__ void add_channels(float (*scores)[lane_keys], const float (*q)[pitch],
                                             const turned_tile k, unsigned first, size_t channels) {
  for (size_t c = 0; c < channels; c++) {
#pragma unroll
    for (int j = 0; j < lane_keys; j++) {
      float key = k[c][ft_lane() + FT_LANES * j];
#pragma unroll
      for (int i = 0; i < rows; i++)
        scores[i][j] = __fmaf_rn(q[c][first + i], key, scores[i][j]);
    }
  }
}

/// cap · tanh(score / cap).
FT_INLINE float capped(float score, float cap) {
  return (v16_splat(cap) * v16_tanh(v16_splat(score) / v16_splat(cap))).x;
}

FT_INLINE bool holds(ft_key_range keys, size_t key) { return keys.begin <= key && key < keys.end; }

#endif
