// SwiGLU: silu(gate) · up.
#include "lane_math.h"
#include "loops.h"
#include "range_kernels.h"

FT_RANGE_KERNEL(swiglu_forward) {
  const ft_swiglu_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 gate = v16_load_some(job->gate + i, count);
    v16 silu = gate / (v16_splat(1) + v16_exp(-gate));
    v16_store_some(job->out + i, silu * v16_load_some(job->up + i, count), count);
  });
}

/// With σ = 1 / (1 + exp(−gate)): d silu = σ · (1 + gate · (1 − σ)).
FT_RANGE_KERNEL(swiglu_backward) {
  const ft_swiglu_job *job = context;
  const v16 one = v16_splat(1);
  FT_EACH_LANES(i, count, begin, end, {
    v16 gate = v16_load_some(job->gate + i, count);
    v16 dout = v16_load_some(job->dout + i, count);
    v16 sigma = one / (one + v16_exp(-gate));
    v16 slope = sigma * v16_fma(gate, one - sigma, one);
    v16_store_some(job->dgate + i, dout * v16_load_some(job->up + i, count) * slope, count);
    v16_store_some(job->dup + i, dout * (gate * sigma), count);
  });
}
