// How kernels are declared, and the range kernels of CKernels launched.
//
// A kernel takes one struct, its job, as kernels of CKernels do; pointers in it are the card's. The
// emulation of the tests, which compiles the same files for the processor, has its own of these.
#ifndef FT_LAUNCHING_H
#define FT_LAUNCHING_H

#ifndef FT_EMULATED
/// Opens the definition of a kernel: of blocks of `threads` threads, `blocks` of which a
/// multiprocessor is to hold.
#define FT_KERNEL(name, job_type, threads, blocks)                           \
  extern "C" __global__ void __launch_bounds__(threads, blocks) name( \
      const job_type job)

/// A kernel that runs the range kernel `name`: half warp i does the items `grain · i..<grain · (i + 1)`.
#define FT_RANGE_LAUNCH(name, job_type)                                                    \
  extern "C" __global__ void __launch_bounds__(256) ft_##name(                             \
      const job_type job, const size_t count, const size_t grain) {      \
    ft_share share = ft_share_of(count, grain);                                            \
    if (share.begin < share.end) name({&job}, share.begin, share.end, 0);                  \
  }
#endif

#include "thread_lanes.h"

/// A job as range kernels take it, where C++ lets no pointer become another by itself.
struct ft_range_context {
  const void *job;
  template <typename Job>
  __device__ __forceinline__ operator const Job *() const {
    return (const Job *)job;
  }
};

#define FT_RANGE_KERNEL(name)                              \
  static __device__ __forceinline__ void name(ft_range_context context, size_t begin, size_t end, \
                                              size_t)

#include "paths/range_kernels.h"

/// The items of a half warp.
typedef struct {
  size_t begin, end;
} ft_share;

/// The place of this thread among all.
FT_INLINE size_t ft_thread_index() { return (size_t)blockIdx.x * blockDim.x + threadIdx.x; }

FT_INLINE ft_share ft_share_of(size_t count, size_t grain) {
  size_t begin = ft_thread_index() / FT_LANES * grain;
  if (begin > count) begin = count;
  return {begin, count - begin < grain ? count : begin + grain};
}

#endif
