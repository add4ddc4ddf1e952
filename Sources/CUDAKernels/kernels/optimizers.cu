// The optimizers' steps, from the templates of CKernels: a thread an element, a half warp a row.
#include "launching.h"

#include "ft_cuda.h"
#include "optimizers/adafactor.inc.h"
#include "optimizers/adamw.inc.h"
#include "optimizers/lion.inc.h"
#include "optimizers/sgd.inc.h"

FT_RANGE_LAUNCH(adamw, ft_adamw_job)
FT_RANGE_LAUNCH(sgd, ft_sgd_job)
FT_RANGE_LAUNCH(lion, ft_lion_job)
FT_RANGE_LAUNCH(adafactor_rows, ft_adafactor_job)
FT_RANGE_LAUNCH(adafactor_columns, ft_adafactor_job)
FT_RANGE_LAUNCH(adafactor_matrix_step, ft_adafactor_pass)
FT_RANGE_LAUNCH(adafactor_vector_step, ft_adafactor_job)
FT_RANGE_LAUNCH(adafactor_apply, ft_adafactor_pass)

/// The mean of the rows' means, as `step_matrix` of CKernels finds it: one thread.
FT_KERNEL(ft_adafactor_mean, ft_adafactor_pass, 32, 1) {
  if (threadIdx.x != 0) return;
  double sum = 0;
  for (size_t i = 0; i < job.job.rows; i++) sum = __dadd_rn(sum, job.job.row[i]);
  *job.found = (float)__ddiv_rn(sum, (double)job.job.rows);
}

/// The rate, scaled down where the step's mean square is over 1: one thread.
FT_KERNEL(ft_adafactor_rate, ft_cuda_rate_job, 32, 1) {
  if (threadIdx.x != 0) return;
  double size = __dsqrt_rn(__ddiv_rn(*job.squares, (double)job.count));
  *job.found = size > 1 ? (float)__ddiv_rn((double)job.rate, size) : job.rate;
}
