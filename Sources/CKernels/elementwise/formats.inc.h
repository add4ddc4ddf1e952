// bfloat16 and IEEE half, by integer arithmetic: the machine's own conversions differ in what
// they do to NaN.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

typedef uint16_t h16 __attribute__((vector_size(32), aligned(32)));

FT_INLINE u16 load_halves(const void *x, size_t i, size_t count) {
  h16 halves = {0};
  if (count == FT_LANES)
    memcpy(&halves, (const char *)x + 2 * i, sizeof halves);
  else
    memcpy(&halves, (const char *)x + 2 * i, 2 * count);
  return __builtin_convertvector(halves, u16);
}

/// The first `count` lanes of bfloat16 numbers from element i on, the others 0.
FT_INLINE v16 v16_load_bf16(const void *x, size_t i, size_t count) {
  return (v16)(load_halves(x, i, count) << 16);
}

FT_INLINE void store_halves(void *out, size_t i, size_t count, u16 x) {
  h16 halves = __builtin_convertvector(x, h16);
  if (count == FT_LANES)
    memcpy((char *)out + 2 * i, &halves, sizeof halves);
  else
    memcpy((char *)out + 2 * i, &halves, 2 * count);
}

FT_RANGE_KERNEL(bf16_to_f32) {
  const ft_format_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some((float *)job->out + i, v16_load_bf16(job->x, i, count), count);
  });
}

FT_RANGE_KERNEL(f32_to_bf16) {
  const ft_format_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 x = v16_load_some((const float *)job->x + i, count);
    store_halves(job->out, i, count, v16_round_to_bf16(x) >> 16);
  });
}

FT_RANGE_KERNEL(f16_to_f32) {
  const ft_format_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 x = v16_widen_halves(load_halves(job->x, i, count));
    v16_store_some((float *)job->out + i, x, count);
  });
}

FT_RANGE_KERNEL(f32_to_f16) {
  const ft_format_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 x = v16_load_some((const float *)job->x + i, count);
    u16 size = (u16)x & 0x7fffffffu;
    u16 normal = (size - (112u << 23) + 0xfffu + ((size >> 13) & 1u)) >> 13;
    // Adding ½ aligns the bits so that the sum is rounded at 2⁻²⁴, the smallest half.
    u16 tiny = (u16)((v16)size + v16_splat(0.5f)) - 0x3f000000u;
    u16 nan = ((size >> 13) & 0x3ffu) | 0x7e00u;
    // 65,520 is halfway between the largest half and the next power of two.
    u16 large = u16_select(size > 0x7f800000u, nan, (u16)i16_splat(0x7c00));
    u16 result = u16_select(size < (113u << 23), tiny, normal);
    result = u16_select(size >= 0x477ff000u, large, result);
    store_halves(job->out, i, count, result | (((u16)x >> 16) & 0x8000u));
  });
}
