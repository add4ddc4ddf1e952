// What kernels in CUDA C find around them, for the processor: a block's threads are fibers, a
// barrier is a switch to the next.
//
// Included before a file of kernels, inside which `FT_KERNEL` defines a function and enters it in
// the list that the emulated driver looks kernels up in.
#ifndef FT_EMULATION_CARD_H
#define FT_EMULATION_CARD_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>

#define FT_EMULATED 1
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
// Blocks run one after the other.
#define __shared__ static
#define __align__(bytes) __attribute__((aligned(bytes)))

/// The threads of a warp that wait for each other here: kernels name no more than half a warp.
enum { ft_unit_threads = 16 };

struct ft_index {
  unsigned x, y, z;
};

/// Where the thread that runs is.
extern ft_index threadIdx, blockIdx, blockDim, gridDim;

struct alignas(16) float4 {
  float x, y, z, w;
};

/// Waits for the threads of the half warp, or of the block.
void ft_wait_for_unit();
void ft_wait_for_block();
/// Gives `bits` to the half warp and returns those of its lane `lane`.
uint64_t ft_exchange(uint64_t bits, unsigned lane);

inline void __syncthreads() { ft_wait_for_block(); }
inline void __syncwarp(unsigned) { ft_wait_for_unit(); }

template <typename Number>
Number ft_exchanged(Number x, unsigned lane) {
  uint64_t bits = 0;
  memcpy(&bits, &x, sizeof x);
  bits = ft_exchange(bits, lane);
  memcpy(&x, &bits, sizeof x);
  return x;
}

inline unsigned ft_unit_lane() { return threadIdx.x % ft_unit_threads; }

template <typename Number>
Number __shfl_sync(unsigned, Number x, int lane, int) {
  return ft_exchanged(x, (unsigned)lane);
}
template <typename Number>
Number __shfl_xor_sync(unsigned, Number x, int apart, int) {
  return ft_exchanged(x, ft_unit_lane() ^ (unsigned)apart);
}
template <typename Number>
Number __shfl_down_sync(unsigned, Number x, unsigned apart, int) {
  unsigned lane = ft_unit_lane() + apart;
  return ft_exchanged(x, lane < ft_unit_threads ? lane : ft_unit_lane());
}
inline int __any_sync(unsigned, int x) {
  int any = 0;
  for (unsigned lane = 0; lane < ft_unit_threads; lane++) any |= ft_exchanged(x, lane);
  return any;
}

inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline double __dsqrt_rn(double a) { return sqrt(a); }
inline float __int_as_float(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
inline int32_t __float_as_int(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
#define __fmaf_rn(a, b, c) __builtin_fmaf(a, b, c)

// --- Tensor cores ------------------------------------------------------------------------------------------

/// Rows or columns that a warp's tensor cores are given: where they lie, for nobody changes them before
/// the threads meet.
struct ft_tensor_rows {
  const uint32_t *tile;
  int pitch;
};
typedef ft_tensor_rows ft_tensor_columns;

inline ft_tensor_rows ft_tensor_load_rows(const uint32_t *tile, int pitch) { return {tile, pitch}; }
inline ft_tensor_columns ft_tensor_load_columns(const uint32_t *tile, int pitch) {
  return {tile, pitch};
}

/// Step `k` of a row: the lower or the upper half of a word.
inline float ft_tensor_number(const uint32_t *row, int k) {
  return __int_as_float((int32_t)(k % 2 == 0 ? row[k / 2] << 16 : row[k / 2] & 0xffff0000u));
}

/// The thread's four sums: to each the sum of sixteen products, so that it shows where sixteen begin.
#if defined(__x86_64__)
__attribute__((target("avx2,fma")))
#endif
inline void ft_tensor_multiply(float *sums, ft_tensor_rows a, ft_tensor_columns b) {
  unsigned lane = threadIdx.x % 32;
  for (unsigned e = 0; e < 4; e++) {
    const uint32_t *row = a.tile + (lane / 4 + e / 2 * 8) * (unsigned)a.pitch;
    const uint32_t *column = b.tile + (lane % 4 * 2 + e % 2) * (unsigned)b.pitch;
    float step = 0;
    for (int k = 0; k < 16; k++)
      step = __fmaf_rn(ft_tensor_number(row, k), ft_tensor_number(column, k), step);
    sums[e] += step;
  }
}

/// Rounded to the nearest bfloat16, of two to the even one.
inline uint32_t ft_tensor_half(float x) {
  uint32_t bits = (uint32_t)__float_as_int(x);
  return x != x ? 0x7fffu : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}
inline uint32_t ft_tensor_pair(float low, float high) {
  return ft_tensor_half(low) | ft_tensor_half(high) << 16;
}

// --- Launches ----------------------------------------------------------------------------------------------

/// What a thread does.
typedef std::function<void()> ft_thread_body;
/// Makes that of the arguments of a launch, which it copies.
typedef ft_thread_body (*ft_body_maker)(void **arguments);

/// Enters a kernel in the list.
struct ft_registration {
  ft_registration(const char *name, ft_body_maker make);
};

#define FT_KERNEL(name, job_type, threads, blocks)                                     \
  static void name(const job_type &job);                                               \
  static const ft_registration name##_registration(#name, [](void **arguments) {       \
    return ft_thread_body([job = *(const job_type *)arguments[0]] { name(job); });     \
  });                                                                                  \
  static void name(const job_type &job)

#define FT_RANGE_LAUNCH(name, job_type)                                                      \
  static void ft_##name(const job_type &job, size_t count, size_t grain) {                   \
    ft_share share = ft_share_of(count, grain);                                              \
    if (share.begin < share.end) name({&job}, share.begin, share.end, 0);                    \
  }                                                                                          \
  static const ft_registration ft_##name##_registration("ft_" #name, [](void **arguments) {  \
    size_t count = *(const size_t *)arguments[1], grain = *(const size_t *)arguments[2];     \
    return ft_thread_body([job = *(const job_type *)arguments[0], count, grain] {            \
      ft_##name(job, count, grain);                                                          \
    });                                                                                      \
  });

/// Runs a kernel: all blocks of a grid, one after the other.
void ft_run_grid(ft_index grid, ft_index block, const ft_thread_body &body);

/// The maker of the kernel of this name; NULL when there is none.
ft_body_maker ft_find_kernel(const char *name);

#endif
