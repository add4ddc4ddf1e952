// What is done an element at a time, from the templates of CKernels: a thread an element.
#include "launching.h"

#include "elementwise/activation.inc.h"
#include "elementwise/clamped_gate.inc.h"
#include "elementwise/elementwise.inc.h"
#include "ft_cuda.h"

FT_RANGE_LAUNCH(fill, ft_elementwise_job)
FT_RANGE_LAUNCH(add, ft_elementwise_job)
FT_RANGE_LAUNCH(scale, ft_elementwise_job)
FT_RANGE_LAUNCH(multiply, ft_elementwise_job)
FT_RANGE_LAUNCH(add_bias, ft_elementwise_job)
FT_RANGE_LAUNCH(soft_cap_forward, ft_elementwise_job)
FT_RANGE_LAUNCH(soft_cap_backward, ft_elementwise_job)
FT_RANGE_LAUNCH(activation_forward, ft_activation_job)
FT_RANGE_LAUNCH(activation_backward, ft_activation_job)
FT_RANGE_LAUNCH(gated_forward, ft_activation_job)
FT_RANGE_LAUNCH(gated_backward, ft_activation_job)
FT_RANGE_LAUNCH(clamped_gate_forward, ft_clamped_gate_job)
FT_RANGE_LAUNCH(clamped_gate_backward, ft_clamped_gate_job)

// --- Reductions of a whole tensor --------------------------------------------------------------------

/// The sum of squares of each stretch of 4,096 elements, in sixteen lanes of double: a half warp a
/// stretch.
FT_KERNEL(ft_sums_of_squares, ft_cuda_sum_job, 256, 1) {
  size_t stretch = ft_thread_index() / FT_LANES;
  size_t first = stretch * FT_STRETCH;
  if (first >= job.count) return;
  size_t left = job.count - first;
  size_t end = first + (left < FT_STRETCH ? left : FT_STRETCH);
  double sum = 0;
  for (size_t i = first + ft_lane(); i < end; i += FT_LANES) {
    double value = job.x[i];
    sum = __dadd_rn(sum, __dmul_rn(value, value));
  }
  for (unsigned apart = FT_LANES / 2; apart > 0; apart /= 2)
    sum = __dadd_rn(sum, __shfl_down_sync(ft_half_warp(), sum, apart, FT_LANES));
  if (ft_lane() == 0) job.sums[stretch] = sum;
}

/// The stretches' sums joined in order: one thread.
FT_KERNEL(ft_join_sums, ft_cuda_sum_job, 32, 1) {
  if (threadIdx.x != 0) return;
  double total = 0;
  for (size_t i = 0; i < (job.count + FT_STRETCH - 1) / FT_STRETCH; i++)
    total = __dadd_rn(total, job.sums[i]);
  *job.total = total;
}

/// `found` becomes 1 where an element is not finite.
FT_KERNEL(ft_all_finite, ft_cuda_finite_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i < job.count && (__float_as_int(job.x[i]) & 0x7f800000) == 0x7f800000) *job.found = 1;
}
