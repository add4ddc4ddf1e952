// Cross-entropy of rows of logits, with the gradient where it is wanted.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// Whether any of the first `count` logits equals `largest`.
FT_INLINE bool holds_largest(const float *logits, size_t count, float largest) {
  i16 found = i16_splat(0);
  FT_EACH_LANES(i, part, 0, count, {
    v16 value = part == FT_LANES ? v16_load(logits + i)
                                 : v16_load_part(logits + i, part, -__builtin_inff());
    found |= value == v16_splat(largest);
  });
  int32_t any = 0;
  for (size_t i = 0; i < FT_LANES; i++) any |= found[i];
  return any != 0;
}

/// Each exponential e becomes (e / sum − [is the label]) · factor.
FT_INLINE void scale_gradient(float *e, size_t width, size_t label, float sum, float factor) {
  float inverse = 1 / sum;
  FT_LANES_MEET();
  float labelled = (e[label] * inverse - 1) * factor;
  FT_LANES_MEET();
  FT_EACH_LANES(i, count, 0, width, {
    v16 softmax = v16_load_some(e + i, count) * v16_splat(inverse);
    v16_store_some(e + i, softmax * v16_splat(factor), count);
  });
  FT_LANES_MEET();
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
    bool is_largest = below == 0 && !holds_largest(logits, label, largest);
    FT_LANES_MEET();
    float *gradient = job->gradient == NULL ? NULL : job->gradient + row * job->vocabulary;
    float sum = row_exponentials(gradient, logits, largest, job->vocabulary);
    float loss = ft_log_lane(sum) + below;
    job->losses[row] = loss;
    // The largest of a row with a NaN is no answer: there the loss is NaN.
    if (job->correct != NULL) job->correct[row] = is_largest && loss == loss;
    if (gradient != NULL) scale_gradient(gradient, job->vocabulary, label, sum, job->factor);
  }
}
