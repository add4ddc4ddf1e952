// The gated activation whose gate and factor stand side by side, both kept within a limit.
#include "lanes/lane_math.h"
#include "paths/range_kernels.h"

/// Sixteen pairs in the lanes of two vectors, the last part padded with zeros.
FT_INLINE void load_pairs(const float *x, size_t count, v16 *gate, v16 *up) {
  *gate = v16_load_strided(x, 2, count);
  *up = v16_load_strided(x + 1, 2, count);
}

FT_INLINE void store_pairs(float *x, size_t count, v16 gate, v16 up) {
  v16_store_strided(x, 2, gate, count);
  v16_store_strided(x + 1, 2, up, count);
}

/// The range is of pairs.
FT_RANGE_KERNEL(clamped_gate_forward) {
  const ft_clamped_gate_job *job = context;
  const v16 one = v16_splat(1), limit = v16_splat(job->limit), alpha = v16_splat(job->alpha);
  for (size_t i = begin; i < end; i += FT_LANES) {
    size_t count = end - i < FT_LANES ? end - i : FT_LANES;
    v16 gate, up;
    load_pairs(job->x + 2 * i, count, &gate, &up);
    gate = v16_min(limit, gate);
    up = v16_max(-limit, v16_min(limit, up));
    v16 activated = gate / (one + v16_exp(-alpha * gate));
    v16_store_part(job->out + i, (up + one) * activated, count);
  }
}

/// The range is of pairs; beyond the limit nothing moves the result.
FT_RANGE_KERNEL(clamped_gate_backward) {
  const ft_clamped_gate_job *job = context;
  const v16 one = v16_splat(1), zero = v16_splat(0);
  const v16 limit = v16_splat(job->limit), alpha = v16_splat(job->alpha);
  for (size_t i = begin; i < end; i += FT_LANES) {
    size_t count = end - i < FT_LANES ? end - i : FT_LANES;
    v16 gate, up;
    load_pairs(job->x + 2 * i, count, &gate, &up);
    v16 dout = v16_load_part(job->dout + i, count, 0);
    v16 near = v16_min(limit, gate), kept = v16_max(-limit, v16_min(limit, up));
    v16 sigma = one / (one + v16_exp(-alpha * near));
    // σ + gate · alpha · σ · (1 − σ).
    v16 slope = v16_fma(near * alpha * sigma, one - sigma, sigma);
    v16 dgate = v16_select(gate <= limit, dout * (kept + one) * slope, zero);
    v16 dup = v16_select((up >= -limit) & (up <= limit), dout * near * sigma, zero);
    store_pairs(job->dx + 2 * i, count, dgate, dup);
  }
}
