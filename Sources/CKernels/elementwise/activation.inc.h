// SiLU, the forms of GELU and ReLU and tanh, alone or as the gate of a product, and the soft cap.
// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2, for GELU.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// An activation's value, and its derivative.
typedef struct {
  v16 value, slope;
} activated;

FT_INLINE activated activated_to(v16 value, v16 slope) {
  activated at = {value, slope};
  return at;
}

/// x above 0, else 0; NaN stays.
FT_INLINE v16 above_zero(v16 x) {
  return v16_select(x <= v16_splat(0), v16_splat(0), x);
}

/// SiLU and the forms of GELU are x times a share that runs from 0 to 1.
FT_INLINE v16 activate(v16 x, ft_activation kind) {
  const v16 one = v16_splat(1);
  switch (kind) {
    case FT_SILU:
      return x / (one + v16_exp(-x));
    case FT_GELU:
      return x * (v16_splat(0.5f) * (one + v16_erf(x * v16_splat(0x1.6a09e6p-1f))));
    case FT_GELU_TANH: {
      // ½ · (1 + tanh u) = 1 / (1 + exp(−2u)), u = √(2/π) · (x + 0.044715 · x³).
      v16 minus_2u = x * v16_fma(x * x, v16_splat(-0x1.2444f2p-4f), v16_splat(-0x1.988454p+0f));
      return x / (one + v16_exp(minus_2u));
    }
    case FT_GELU_QUICK:
      return x / (one + v16_exp(x * v16_splat(-1.702f)));
    case FT_RELU:
      return above_zero(x);
    case FT_RELU_SQUARED:
      return above_zero(x) * above_zero(x);
    case FT_TANH:
      return v16_tanh(x);
    case FT_SIGMOID:
      return one / (one + v16_exp(-x));
  }
}

/// Keeps x within ±limit, where slopes have reached 0 or 1: beyond, ∞ · 0 would be NaN.
FT_INLINE v16 within(v16 x, float limit) {
  return v16_max(v16_splat(-limit), v16_min(v16_splat(limit), x));
}

FT_INLINE activated activate_with_slope(v16 x, ft_activation kind) {
  const v16 one = v16_splat(1);
  switch (kind) {
    case FT_SILU: {
      // With σ = 1 / (1 + exp(−x)): σ · (1 + x · (1 − σ)).
      v16 sigma = one / (one + v16_exp(-x));
      return activated_to(x * sigma, sigma * v16_fma(x, one - sigma, one));
    }
    case FT_GELU: {
      // Φ(x) + x · φ(x), φ(x) = exp(−x² / 2) / √(2π).
      v16 share = v16_splat(0.5f) * (one + v16_erf(x * v16_splat(0x1.6a09e6p-1f)));
      v16 near = within(x, 15);
      v16 density = v16_exp(near * near * v16_splat(-0.5f)) * v16_splat(0x1.988454p-2f);
      return activated_to(x * share, v16_fma(near, density, share));
    }
    case FT_GELU_TANH: {
      // σ + x · σ · (1 − σ) · 2u′, 2u′ = 2√(2/π) · (1 + 3 · 0.044715 · x²).
      v16 near = within(x, 12);
      v16 square = near * near;
      v16 minus_2u = near * v16_fma(square, v16_splat(-0x1.2444f2p-4f), v16_splat(-0x1.988454p+0f));
      v16 sigma = one / (one + v16_exp(minus_2u));
      v16 rise = v16_fma(square, v16_splat(0x1.b6676cp-3f), v16_splat(0x1.988454p+0f));
      return activated_to(x * sigma, v16_fma(near * sigma * (one - sigma), rise, sigma));
    }
    case FT_GELU_QUICK: {
      // With σ = 1 / (1 + exp(−1.702 · x)): σ · (1 + 1.702 · x · (1 − σ)).
      v16 sigma = one / (one + v16_exp(x * v16_splat(-1.702f)));
      v16 rise = x * v16_splat(1.702f);
      return activated_to(x * sigma, sigma * v16_fma(rise, one - sigma, one));
    }
    case FT_RELU:
      return activated_to(above_zero(x), v16_select(x > v16_splat(0), one, v16_splat(0)));
    case FT_RELU_SQUARED: {
      v16 above = above_zero(x);
      return activated_to(above * above, above + above);
    }
    case FT_TANH: {
      v16 value = v16_tanh(x);
      return activated_to(value, v16_fma(-value, value, one));
    }
    case FT_SIGMOID: {
      v16 value = one / (one + v16_exp(-x));
      return activated_to(value, value * (one - value));
    }
  }
}

FT_INLINE void activate_range(const ft_activation_job *job, ft_activation kind, size_t begin,
                              size_t end) {
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, activate(v16_load_some(job->gate + i, count), kind), count);
  });
}

FT_INLINE void activate_range_backward(const ft_activation_job *job, ft_activation kind,
                                       size_t begin, size_t end) {
  FT_EACH_LANES(i, count, begin, end, {
    activated at = activate_with_slope(v16_load_some(job->gate + i, count), kind);
    v16_store_some(job->dgate + i, v16_load_some(job->dout + i, count) * at.slope, count);
  });
}

FT_INLINE void gate_range(const ft_activation_job *job, ft_activation kind, size_t begin,
                          size_t end) {
  FT_EACH_LANES(i, count, begin, end, {
    v16 value = activate(v16_load_some(job->gate + i, count), kind);
    v16_store_some(job->out + i, value * v16_load_some(job->up + i, count), count);
  });
}

FT_INLINE void gate_range_backward(const ft_activation_job *job, ft_activation kind, size_t begin,
                                   size_t end) {
  FT_EACH_LANES(i, count, begin, end, {
    activated at = activate_with_slope(v16_load_some(job->gate + i, count), kind);
    v16 dout = v16_load_some(job->dout + i, count);
    v16_store_some(job->dgate + i, dout * v16_load_some(job->up + i, count) * at.slope, count);
    v16_store_some(job->dup + i, dout * at.value, count);
  });
}

/// Defines the range kernel `name` as `loop`, compiled once for each activation.
#define FT_ACTIVATION_KERNEL(name, loop)                \
  FT_RANGE_KERNEL(name) {                               \
    const ft_activation_job *job = context;             \
    switch (job->kind) {                                \
      case FT_SILU:                                     \
        return loop(job, FT_SILU, begin, end);          \
      case FT_GELU:                                     \
        return loop(job, FT_GELU, begin, end);          \
      case FT_GELU_TANH:                                \
        return loop(job, FT_GELU_TANH, begin, end);     \
      case FT_GELU_QUICK:                               \
        return loop(job, FT_GELU_QUICK, begin, end);    \
      case FT_RELU:                                     \
        return loop(job, FT_RELU, begin, end);          \
      case FT_RELU_SQUARED:                             \
        return loop(job, FT_RELU_SQUARED, begin, end);  \
      case FT_TANH:                                     \
        return loop(job, FT_TANH, begin, end);          \
      case FT_SIGMOID:                                  \
        return loop(job, FT_SIGMOID, begin, end);       \
    }                                                   \
  }

FT_ACTIVATION_KERNEL(activation_forward, activate_range)
FT_ACTIVATION_KERNEL(activation_backward, activate_range_backward)
FT_ACTIVATION_KERNEL(gated_forward, gate_range)
FT_ACTIVATION_KERNEL(gated_backward, gate_range_backward)

FT_RANGE_KERNEL(soft_cap_forward) {
  const ft_elementwise_job *job = context;
  v16 cap = v16_splat(job->factor);
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, cap * v16_tanh(v16_load_some(job->a + i, count) / cap), count);
  });
}

/// dx · (1 − (y / cap)²).
FT_RANGE_KERNEL(soft_cap_backward) {
  const ft_elementwise_job *job = context;
  v16 cap = v16_splat(job->factor);
  FT_EACH_LANES(i, count, begin, end, {
    v16 share = v16_load_some(job->a + i, count) / cap;
    v16 slope = v16_fma(-share, share, v16_splat(1));
    v16_store_some(job->out + i, v16_load_some(job->out + i, count) * slope, count);
  });
}
