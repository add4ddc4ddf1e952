// The gated delta rule: threads divide columns of values forward, heads of keys backward.
#include "lanes/lanes.h"
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_delta_rule_forward(const ft_delta_rule_job *job) {
  size_t blocks = (job->value_width + FT_LANES - 1) / FT_LANES;
  // Two blocks: no line has two writers.
  ft_parallel(job->value_heads * blocks, 2, ft_path()->delta_rule_forward, job);
}

void ft_delta_rule_backward(const ft_delta_rule_job *job) {
  ft_parallel(job->key_heads, 1, ft_path()->delta_rule_backward, job);
}

void ft_decay_forward(const ft_decay_job *job) {
  ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->decay_forward, job);
}

void ft_decay_backward(const ft_decay_job *job) {
  ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->decay_backward, job);
}
