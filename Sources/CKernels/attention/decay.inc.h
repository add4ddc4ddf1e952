// How much of a state is left at each row: exp(−exp(rate) · log(1 + exp(x + bias))). Uses the pair
// of a value and its slope of `elementwise/activation.inc.h`.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// log(1 + exp(x)), and its slope.
FT_INLINE activated softplus(v16 x) {
  const v16 one = v16_splat(1), zero = v16_splat(0);
  // Of 1 + e what rounding took from e is put back.
  v16 e = v16_exp(-v16_abs(x));
  v16 sum = one + e;
  v16 rest = v16_select(sum == one, e, v16_log(sum) * (e / (sum - one)));
  return activated_to(v16_max(x, zero) + rest, one / (one + v16_exp(-x)));
}

/// What e is raised to at x, and its slope.
FT_INLINE activated decay_exponent(v16 x, v16 rate) {
  activated soft = softplus(x);
  return activated_to(-(rate * soft.value), -rate * soft.slope);
}

/// The range is of channels.
FT_RANGE_KERNEL(decay_forward) {
  const ft_decay_job *job = context;
  FT_EACH_LANES(c, count, begin, end, {
    v16 rate = v16_exp(v16_load_some(job->rate + c, count));
    v16 bias = v16_load_some(job->bias + c, count);
    for (size_t row = 0; row < job->rows; row++) {
      v16 x = v16_load_some(job->x + row * job->channels + c, count) + bias;
      v16 out = v16_exp(decay_exponent(x, rate).value);
      v16_store_some(job->out + row * job->channels + c, out, count);
    }
  });
}

/// The range is of channels.
FT_RANGE_KERNEL(decay_backward) {
  const ft_decay_job *job = context;
  FT_EACH_LANES(c, count, begin, end, {
    v16 rate = v16_exp(v16_load_some(job->rate + c, count));
    v16 bias = v16_load_some(job->bias + c, count);
    v16 drate = job->drate ? v16_load_some(job->drate + c, count) : v16_splat(0);
    v16 dbias = job->dbias ? v16_load_some(job->dbias + c, count) : v16_splat(0);
    for (size_t row = 0; row < job->rows; row++) {
      size_t place = row * job->channels + c;
      activated exponent = decay_exponent(v16_load_some(job->x + place, count) + bias, rate);
      v16 dexponent = v16_load_some(job->dout + place, count) * v16_exp(exponent.value);
      v16 dx = dexponent * exponent.slope;
      drate = v16_fma(dexponent, exponent.value, drate);
      dbias = dbias + dx;
      v16_store_some(job->dx + place, dx, count);
    }
    if (job->drate) v16_store_some(job->drate + c, drate, count);
    if (job->dbias) v16_store_some(job->dbias + c, dbias, count);
  });
}
