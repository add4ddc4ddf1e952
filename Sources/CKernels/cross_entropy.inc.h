// Cross-entropy of rows of logits, forward, or with the gradient in the logits' place.
#include "lane_math.h"
#include "loops.h"
#include "range_kernels.h"

/// Whether the label's logit is the row's largest, and no earlier one equals it.
FT_INLINE bool is_first_largest(const float *logits, size_t label, float largest) {
  if (logits[label] != largest) return false;
  for (size_t i = 0; i < label; i++)
    if (logits[i] == largest) return false;
  return true;
}

/// Each exponential e becomes (e / sum − [is the label]) · factor.
FT_INLINE void scale_gradient(float *e, size_t width, size_t label, float sum, float factor) {
  float inverse = 1 / sum;
  float labelled = (e[label] * inverse - 1) * factor;
  FT_EACH_LANES(i, count, 0, width, {
    v16 softmax = v16_load_some(e + i, count) * v16_splat(inverse);
    v16_store_some(e + i, softmax * v16_splat(factor), count);
  });
  e[label] = labelled;
}

/// The range is of rows.
FT_RANGE_KERNEL(cross_entropy) {
  const ft_cross_entropy_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *logits = job->logits + row * job->vocabulary;
    size_t label = (size_t)job->labels[row];
    float largest = row_largest(logits, job->vocabulary);
    float below = largest - logits[label];
    if (job->correct != NULL) job->correct[row] = is_first_largest(logits, label, largest);
    float *gradient = job->gradient == NULL ? NULL : job->gradient + row * job->vocabulary;
    float sum = row_exponentials(gradient, logits, largest, job->vocabulary);
    job->losses[row] = ft_log_lane(sum) + below;
    if (gradient != NULL) scale_gradient(gradient, job->vocabulary, label, sum, job->factor);
  }
}
