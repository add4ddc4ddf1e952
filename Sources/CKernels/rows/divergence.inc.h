// How far the distributions of rows of logits are from others', with the gradient where it is wanted.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// exp(targets − shift) of a row, in place: returns their sum, and Σ exp(targets − shift) · ((targets −
/// shift) − (logits − own)) in `difference`.
FT_INLINE float row_difference(float *targets, const float *logits, float shift, float own,
                               size_t width, float *difference) {
  v16 sum = v16_splat(0), between = v16_splat(0);
  FT_EACH_LANES(i, count, 0, width, {
    v16 target = v16_load_some(targets + i, count) - v16_splat(shift);
    v16 term = v16_exp(target);
    if (count != FT_LANES) term = v16_keep(term, count, 0);
    v16 logit = v16_load_some(logits + i, count) - v16_splat(own);
    sum += term;
    between = v16_fma(term, target - logit, between);
    v16_store_some(targets + i, term, count);
  });
  *difference = v16_sum(between);
  return v16_sum(sum);
}

/// Each exponential q of `logits` and p of `targets` becomes (q / own − p / other) · factor, in `logits`.
FT_INLINE void subtract_softmax(float *logits, const float *targets, float own, float other,
                                float factor, size_t width) {
  v16 inverse_own = v16_splat(1 / own), inverse_other = v16_splat(1 / other);
  FT_EACH_LANES(i, count, 0, width, {
    v16 slope = v16_load_some(logits + i, count) * inverse_own -
                v16_load_some(targets + i, count) * inverse_other;
    v16_store_some(logits + i, slope * v16_splat(factor), count);
  });
}

/// The range is of rows.
FT_RANGE_KERNEL(divergence) {
  const ft_divergence_job *job = context;
  for (size_t row = begin; row < end; row++) {
    float *logits = job->logits + row * job->vocabulary;
    float *targets = job->targets + row * job->vocabulary;
    size_t label = (size_t)job->labels[row];
    float own = row_largest(logits, job->vocabulary);
    bool is_largest = logits[label] == own && !holds_largest(logits, label, own);
    float shift = row_largest(targets, job->vocabulary);
    float difference;
    float other_sum =
        row_difference(targets, logits, shift, own, job->vocabulary, &difference);
    FT_LANES_MEET();
    float sum = row_exponentials(job->has_gradient ? logits : NULL, logits, own, job->vocabulary);
    // log p − log q is the difference of the logits, less that of the sums' logarithms.
    float loss = difference / other_sum + (ft_log_lane(sum) - ft_log_lane(other_sum));
    job->losses[row] = loss;
    job->correct[row] = is_largest && loss == loss;
    if (job->has_gradient)
      subtract_softmax(logits, targets, sum, other_sum, job->factor, job->vocabulary);
  }
}
