// Sixteen float lanes on a graphics card: a lane is a thread, and a lane vector half a warp.
//
// To the templates of CKernels (`*.inc.h`) this is one vector path more: `v16` is the number of the
// thread's own lane, loads and stores touch that lane's element, and the joining tree is made of
// shuffles. So a row's sum has the lanes and the tree that it has on a processor, from the same
// source. It takes the place of `lanes/lanes.h`, whose guard it defines.
//
// All sixteen threads run through a template together. What a template writes to one place all of
// them write, the same number; where it also reads that place it says which lane does it, or that
// the lanes meet first (`FT_FIRST_LANE`, `FT_LANES_MEET`).
#ifndef FT_LANES_H
#define FT_LANES_H

#include <stddef.h>
#include <stdint.h>

#define FT_LANES 16
#define FT_INLINE static __device__ __forceinline__
#define restrict __restrict__

// --- The thread's lane, and the half warp ----------------------------------------------------------

/// The lane that this thread is; blocks have whole warps in one dimension.
FT_INLINE unsigned ft_lane() { return threadIdx.x % FT_LANES; }

/// The threads of a half warp, as instructions of a warp name them.
FT_INLINE unsigned ft_half_warp() { return 0xffffu << (threadIdx.x & FT_LANES); }

/// Where one lane reads what another has written, or the reverse: the lanes wait for each other.
#define FT_LANES_MEET() __syncwarp(ft_half_warp())
/// Opens a statement that one lane does for all, as it reads what it writes.
#define FT_FIRST_LANE if (ft_lane() == 0)

/// Runs the statements for every sixteen elements of `begin..<end`, as of `lanes/loops.h`; here one
/// loop serves whole and last parts.
#define FT_EACH_LANES(i, count, begin, end, ...)                                \
  do {                                                                          \
    const size_t last_ = (end);                                                 \
    for (size_t i = (begin); i < last_; i += FT_LANES) {                        \
      const size_t count = last_ - i < FT_LANES ? last_ - i : (size_t)FT_LANES; \
      __VA_ARGS__                                                               \
    }                                                                           \
  } while (0)

// --- The types: one number each, with the operators of vectors ---------------------------------------

struct v16;
struct u16;

/// A lane of integers, and of masks: all ones or zero.
struct i16 {
  int32_t x;
  i16() = default;
  __device__ __forceinline__ explicit i16(int32_t value) : x(value) {}
  __device__ __forceinline__ explicit i16(u16 bits);
  __device__ __forceinline__ explicit i16(v16 bits);
  /// The number of one lane, in all.
  __device__ __forceinline__ int32_t operator[](size_t lane) const {
    return __shfl_sync(ft_half_warp(), x, (int)lane, FT_LANES);
  }
};

struct u16 {
  uint32_t x;
  u16() = default;
  __device__ __forceinline__ explicit u16(uint32_t value) : x(value) {}
  __device__ __forceinline__ explicit u16(i16 bits) : x((uint32_t)bits.x) {}
  __device__ __forceinline__ explicit u16(v16 bits);
};

struct v16 {
  float x;
  v16() = default;
  __device__ __forceinline__ explicit v16(float value) : x(value) {}
  __device__ __forceinline__ explicit v16(i16 bits) : x(__int_as_float(bits.x)) {}
  __device__ __forceinline__ explicit v16(u16 bits) : x(__int_as_float((int32_t)bits.x)) {}
  __device__ __forceinline__ float operator[](size_t lane) const {
    return __shfl_sync(ft_half_warp(), x, (int)lane, FT_LANES);
  }
};

__device__ __forceinline__ i16::i16(u16 bits) : x((int32_t)bits.x) {}
__device__ __forceinline__ i16::i16(v16 bits) : x(__float_as_int(bits.x)) {}
__device__ __forceinline__ u16::u16(v16 bits) : x((uint32_t)__float_as_int(bits.x)) {}

#define FT_EACH_OPERATOR(type, number, name) \
  FT_INLINE type operator name(type a, type b) { return type((number)(a.x name b.x)); }
#define FT_EACH_COMPARISON(type, number, name)                               \
  FT_INLINE i16 operator name(type a, type b) { return i16(-(a.x name b.x)); } \
  FT_INLINE i16 operator name(type a, number b) { return i16(-(a.x name b)); }
#define FT_EACH_ASSIGNMENT(type, name) \
  FT_INLINE type &operator name##=(type &a, type b) { return a = a name b; }

// Sums and products are rounded one by one: the compiler is told not to contract them.
FT_EACH_OPERATOR(v16, float, +)
FT_EACH_OPERATOR(v16, float, -)
FT_EACH_OPERATOR(v16, float, *)
FT_INLINE v16 operator/(v16 a, v16 b) { return v16(__fdiv_rn(a.x, b.x)); }
FT_INLINE v16 operator-(v16 a) { return v16(-a.x); }
FT_EACH_ASSIGNMENT(v16, +)
FT_EACH_ASSIGNMENT(v16, -)
FT_EACH_ASSIGNMENT(v16, *)
FT_EACH_COMPARISON(v16, float, <)
FT_EACH_COMPARISON(v16, float, <=)
FT_EACH_COMPARISON(v16, float, >)
FT_EACH_COMPARISON(v16, float, >=)
FT_EACH_COMPARISON(v16, float, ==)
FT_EACH_COMPARISON(v16, float, !=)

#define FT_EACH_INTEGER(type, number)                                                    \
  FT_EACH_OPERATOR(type, number, &)                                                      \
  FT_EACH_OPERATOR(type, number, |)                                                      \
  FT_EACH_OPERATOR(type, number, ^)                                                      \
  FT_EACH_OPERATOR(type, number, +)                                                      \
  FT_EACH_OPERATOR(type, number, -)                                                      \
  FT_EACH_ASSIGNMENT(type, &)                                                            \
  FT_EACH_ASSIGNMENT(type, |)                                                            \
  FT_EACH_COMPARISON(type, number, <)                                                    \
  FT_EACH_COMPARISON(type, number, >)                                                    \
  FT_EACH_COMPARISON(type, number, >=)                                                   \
  FT_EACH_COMPARISON(type, number, ==)                                                   \
  FT_EACH_COMPARISON(type, number, !=)                                                   \
  FT_INLINE type operator~(type a) { return type(~a.x); }                                \
  FT_INLINE type operator&(type a, number b) { return type(a.x & b); }                   \
  FT_INLINE type operator|(type a, number b) { return type(a.x | b); }                   \
  FT_INLINE type operator+(type a, number b) { return type(a.x + b); }                   \
  FT_INLINE type operator-(type a, number b) { return type(a.x - b); }                   \
  FT_INLINE type operator>>(type a, int places) { return type(a.x >> places); }
FT_EACH_INTEGER(i16, int32_t)
FT_EACH_INTEGER(u16, uint32_t)
FT_INLINE u16 operator<<(u16 a, int places) { return u16(a.x << places); }

// --- What lanes.h gives, in its order ----------------------------------------------------------------

FT_INLINE v16 v16_load(const float *p) { return v16(p[ft_lane()]); }
FT_INLINE void v16_store(float *p, v16 x) { p[ft_lane()] = x.x; }
FT_INLINE v16 v16_splat(float x) { return v16(x); }
FT_INLINE i16 i16_splat(int32_t x) { return i16(x); }
FT_INLINE i16 i16_lanes() { return i16((int32_t)ft_lane()); }

FT_INLINE v16 v16_load_part(const float *p, size_t count, float pad) {
  return v16(ft_lane() < count ? p[ft_lane()] : pad);
}
FT_INLINE void v16_store_part(float *p, v16 x, size_t count) {
  if (ft_lane() < count) p[ft_lane()] = x.x;
}
FT_INLINE v16 v16_load_strided(const float *p, size_t stride, size_t count) {
  return v16(ft_lane() < count ? p[ft_lane() * stride] : 0);
}
FT_INLINE void v16_store_strided(float *p, size_t stride, v16 x, size_t count) {
  if (ft_lane() < count) p[ft_lane() * stride] = x.x;
}

FT_INLINE void i16_store_bytes(int8_t *p, i16 x) { p[ft_lane()] = (int8_t)x.x; }
FT_INLINE void i16_store_halves(int16_t *p, i16 x) { p[ft_lane()] = (int16_t)x.x; }

FT_INLINE u16 u16_load(const void *p) { return u16(((const uint32_t *)p)[ft_lane()]); }

FT_INLINE v16 v16_fma(v16 a, v16 b, v16 c) { return v16(__fmaf_rn(a.x, b.x, c.x)); }
FT_INLINE float ft_fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }

FT_INLINE v16 v16_select(i16 mask, v16 a, v16 b) {
  return (v16)((mask & (i16)a) | (~mask & (i16)b));
}
FT_INLINE v16 v16_max(v16 a, v16 b) { return v16(a.x > b.x ? a.x : b.x); }
FT_INLINE v16 v16_min(v16 a, v16 b) { return v16(a.x < b.x ? a.x : b.x); }
FT_INLINE v16 v16_abs(v16 x) { return (v16)((i16)x & i16_splat(0x7fffffff)); }

/// As of `lanes.h`.
FT_INLINE u16 v16_round_to_bf16(v16 x) {
  u16 bits = (u16)x;
  u16 rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  u16 quiet = bits | 0x400000u;
  u16 is_nan = (u16)(x != x);
  return ((is_nan & quiet) | (~is_nan & rounded)) & 0xffff0000u;
}

FT_INLINE u16 u16_select(i16 mask, u16 a, u16 b) { return ((u16)mask & a) | (~(u16)mask & b); }

/// IEEE halves, each in the lower half of a lane, as floats.
FT_INLINE v16 v16_widen_halves(u16 half) {
  u16 size = half & 0x7fffu;
  u16 normal = (size << 13) + (112u << 23);
  u16 infinite = (size << 13) | 0x7f800000u;
  // Below the normal numbers the value is size · 2⁻²⁴, exactly.
  u16 tiny = (u16)(v16((float)size.x) * v16_splat(0x1p-24f));
  u16 result = u16_select(size >= 0x7c00u, infinite, u16_select(size < 0x0400u, tiny, normal));
  return (v16)(result | ((half & 0x8000u) << 16));
}

/// The sum of all lanes by the fixed tree, in all.
FT_INLINE float v16_sum(v16 x) {
  for (int apart = FT_LANES / 2; apart > 0; apart /= 2)
    x.x += __shfl_xor_sync(ft_half_warp(), x.x, apart, FT_LANES);
  return x.x;
}

FT_INLINE float ft_larger(float a, float b) { return a > b ? a : b; }

FT_INLINE float v16_largest(v16 x) {
  // The lower lane is the first of two, which counts where one is NaN: so not by exchange.
  for (unsigned apart = FT_LANES / 2; apart > 0; apart /= 2)
    x.x = ft_larger(x.x, __shfl_down_sync(ft_half_warp(), x.x, apart, FT_LANES));
  return x[0];
}

// --- Builtins of the processor's compiler that templates use -----------------------------------------

FT_INLINE v16 ft_converted(i16 x) { return v16((float)x.x); }
FT_INLINE i16 ft_converted(v16 x) { return i16((int32_t)x.x); }
FT_INLINE bool ft_any(i16 mask) { return __any_sync(ft_half_warp(), mask.x != 0) != 0; }

#define __builtin_convertvector(x, type) ft_converted(x)
#define __builtin_reduce_or(x) ft_any(x)
#define __builtin_elementwise_sqrt(a) v16(__fsqrt_rn((a).x))
#define __builtin_sqrtf(a) __fsqrt_rn(a)
#define __builtin_inff() __int_as_float(0x7f800000)
#define __builtin_nanf(text) __int_as_float(0x7fc00000)
#define __atomic_store_n(place, value, order) (*(place) = (value))

#endif
