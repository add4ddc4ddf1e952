// Sixteen float lanes, on every machine.
//
// A kernel is written once against these types and compiled once for each vector path
// (`path_portable.c`, `path_avx2.c`, `path_avx512.c`, `path_neon.c`): there a lane vector is
// four, two, one or four registers. Since every operation below is IEEE and acts on each lane
// alone, and since the joining tree is fixed, all paths give the same bits by construction.
//
// Included by template files (`*.inc.h`) only: the functions must be compiled inside the
// `#pragma clang attribute` region of a path, or they could not be inlined into its kernels.
#ifndef FT_LANES_H
#define FT_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FT_LANES 16

typedef float v16 __attribute__((vector_size(64), aligned(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));
typedef float v2 __attribute__((vector_size(8)));
typedef int32_t i16 __attribute__((vector_size(64), aligned(64)));
typedef uint32_t u16 __attribute__((vector_size(64), aligned(64)));

#define FT_INLINE static inline __attribute__((always_inline))

// Where lanes are threads of a graphics card (`thread_lanes.h` of CUDAKernels), they wait for each
// other at the one, and the first does the statement after the other for all. Here both are nothing.
#define FT_LANES_MEET() ((void)0)
#define FT_FIRST_LANE

// Wide vectors as arguments have no stable ABI without wide registers. Every function that takes
// one is inlined here, so there is no call for the ABI to matter to.
#pragma clang diagnostic ignored "-Wpsabi"

// --- Memory: no pointer need be aligned ---------------------------------------------------------

FT_INLINE v16 v16_load(const float *p) { return *(const v16u *)p; }

FT_INLINE void v16_store(float *p, v16 x) { *(v16u *)p = x; }

FT_INLINE v16 v16_splat(float x) {
  return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

FT_INLINE i16 i16_splat(int32_t x) {
  return (i16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

/// The lane numbers, 0 to 15.
FT_INLINE i16 i16_lanes(void) {
  return (i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

/// The first `count` (at most 16) lanes from memory, the others `pad`; reads nothing beyond.
FT_INLINE v16 v16_load_part(const float *p, size_t count, float pad) {
  float lanes[FT_LANES] __attribute__((aligned(64)));
  *(v16 *)lanes = v16_splat(pad);
  for (size_t i = 0; i < count; i++) lanes[i] = p[i];
  return *(const v16 *)lanes;
}

/// Stores the first `count` (at most 16) lanes and touches nothing beyond.
FT_INLINE void v16_store_part(float *p, v16 x, size_t count) {
  float lanes[FT_LANES] __attribute__((aligned(64)));
  *(v16 *)lanes = x;
  for (size_t i = 0; i < count; i++) p[i] = lanes[i];
}

/// The first `count` lanes from numbers that lie `stride` apart, the others 0.
FT_INLINE v16 v16_load_strided(const float *p, size_t stride, size_t count) {
  float lanes[FT_LANES] __attribute__((aligned(64)));
  *(v16 *)lanes = v16_splat(0);
  for (size_t i = 0; i < count; i++) lanes[i] = p[i * stride];
  return *(const v16 *)lanes;
}

FT_INLINE void v16_store_strided(float *p, size_t stride, v16 x, size_t count) {
  float lanes[FT_LANES] __attribute__((aligned(64)));
  *(v16 *)lanes = x;
  for (size_t i = 0; i < count; i++) p[i * stride] = lanes[i];
}

/// Stores the lanes, each within the bounds of a byte.
FT_INLINE void i16_store_bytes(int8_t *p, i16 x) {
  for (size_t i = 0; i < FT_LANES; i++) p[i] = (int8_t)x[i];
}

/// Stores the lanes, each within the bounds of a half word.
FT_INLINE void i16_store_halves(int16_t *p, i16 x) {
  for (size_t i = 0; i < FT_LANES; i++) p[i] = (int16_t)x[i];
}

/// Sixteen words.
FT_INLINE u16 u16_load(const void *p) {
  u16 words;
  memcpy(&words, p, sizeof words);
  return words;
}

// --- Lanes, each alone --------------------------------------------------------------------------

/// a · b + c with one rounding; a path without such an instruction calls the C library's `fmaf`,
/// which rounds the same.
FT_INLINE v16 v16_fma(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }

FT_INLINE float ft_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

/// Lane by lane a where the mask (from a comparison: all ones or zero) is set, else b.
FT_INLINE v16 v16_select(i16 mask, v16 a, v16 b) {
  return (v16)((mask & (i16)a) | (~mask & (i16)b));
}

/// Lane by lane `a > b ? a : b`: b where either is NaN.
FT_INLINE v16 v16_max(v16 a, v16 b) { return v16_select(a > b, a, b); }

/// Lane by lane `a < b ? a : b`: b where either is NaN.
FT_INLINE v16 v16_min(v16 a, v16 b) { return v16_select(a < b, a, b); }

FT_INLINE v16 v16_abs(v16 x) { return (v16)((i16)x & i16_splat(0x7fffffff)); }

/// The bits of x rounded to bfloat16, to nearest even, in the upper half; the lower is zero.
FT_INLINE u16 v16_round_to_bf16(v16 x) {
  u16 bits = (u16)x;
  u16 rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  // A NaN keeps its upper bits and becomes quiet, so that it cannot round to infinity.
  u16 quiet = bits | 0x400000u;
  u16 is_nan = (u16)(x != x);
  return ((is_nan & quiet) | (~is_nan & rounded)) & 0xffff0000u;
}

FT_INLINE u16 u16_select(i16 mask, u16 a, u16 b) { return ((u16)mask & a) | (~(u16)mask & b); }

/// IEEE halves, each in the lower half of a lane, as floats.
FT_INLINE v16 v16_widen_halves(u16 half) {
  u16 size = half & 0x7fffu;
  u16 normal = (size << 13) + (112u << 23);
  // Infinite and NaN: the largest exponent becomes the largest.
  u16 infinite = (size << 13) | 0x7f800000u;
  // Below the normal numbers the value is size · 2⁻²⁴, exactly.
  u16 tiny = (u16)(__builtin_convertvector((i16)size, v16) * v16_splat(0x1p-24f));
  u16 result = u16_select(size >= 0x7c00u, infinite, u16_select(size < 0x0400u, tiny, normal));
  return (v16)(result | ((half & 0x8000u) << 16));
}

// --- Joining lanes: 8 apart, then 4, 2, 1 --------------------------------------------------------

/// ((((l0 + l8) + (l4 + l12)) + …: the sum of all lanes by the fixed tree.
FT_INLINE float v16_sum(v16 x) {
  v8 a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
         __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  v2 c = __builtin_shufflevector(b, b, 0, 1) + __builtin_shufflevector(b, b, 2, 3);
  return c[0] + c[1];
}

FT_INLINE float ft_larger(float a, float b) { return a > b ? a : b; }

/// The largest lane, by the fixed tree of `a > b ? a : b`.
FT_INLINE float v16_largest(v16 x) {
  float lanes[FT_LANES] __attribute__((aligned(64)));
  *(v16 *)lanes = x;
  for (size_t apart = FT_LANES / 2; apart > 0; apart /= 2)
    for (size_t i = 0; i < apart; i++) lanes[i] = ft_larger(lanes[i], lanes[i + apart]);
  return lanes[0];
}

/// Transposes the 16 × 16 block whose rows are `r`.
FT_INLINE void v16_transpose(v16 r[FT_LANES]) {
  v16 s[FT_LANES];
  // Pairs of neighbouring rows woven, then pairs of pairs: now each quarter of a vector holds
  // four rows of one column …
  for (size_t i = 0; i < FT_LANES; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12,
                                   28, 13, 29);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27,
                                       14, 30, 15, 31);
  }
  for (size_t i = 0; i < FT_LANES; i += 4)
    for (size_t j = 0; j < 2; j++) {
      r[i + 2 * j] = __builtin_shufflevector(s[i + j], s[i + j + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8,
                                             9, 24, 25, 12, 13, 28, 29);
      r[i + 2 * j + 1] = __builtin_shufflevector(s[i + j], s[i + j + 2], 2, 3, 18, 19, 6, 7, 22,
                                                 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
  // … and whole quarters are moved: r[4g + c] holds columns c, c + 4, c + 8, c + 12 of rows 4g….
  for (size_t c = 0; c < 4; c++) {
    v16 a = __builtin_shufflevector(r[c], r[c + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24,
                                    25, 26, 27);
    v16 b = __builtin_shufflevector(r[c], r[c + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28,
                                    29, 30, 31);
    v16 d = __builtin_shufflevector(r[c + 8], r[c + 12], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11,
                                    24, 25, 26, 27);
    v16 e = __builtin_shufflevector(r[c + 8], r[c + 12], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14,
                                    15, 28, 29, 30, 31);
    s[c] = __builtin_shufflevector(a, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    s[c + 4] = __builtin_shufflevector(b, e, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
                                       23);
    s[c + 8] = __builtin_shufflevector(a, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29,
                                       30, 31);
    s[c + 12] = __builtin_shufflevector(b, e, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29,
                                        30, 31);
  }
  for (size_t i = 0; i < FT_LANES; i++) r[i] = s[i];
}

#endif
