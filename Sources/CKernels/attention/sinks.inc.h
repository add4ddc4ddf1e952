// Attention to a sink: a learned score a head that takes a share of each row's softmax and gives
// nothing for it. Both passes follow from attention without it.
// Source: Xiao et al. 2023, arXiv:2309.17453, section 3.3, as in gpt-oss.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// The range is of rows: out · 1 / (1 + exp(sink − log_sum)), and the sink into log_sum.
FT_RANGE_KERNEL(sinks_forward) {
  const ft_sinks_job *job = context;
  const v16 one = v16_splat(1);
  for (size_t place = begin * job->heads; place < end * job->heads; place++) {
    v16 above = v16_splat(job->sinks[place % job->heads] - job->log_sum[place]);
    // exp of a large number is ∞: nothing is left for the keys, and the sum is the sink's.
    v16 size = v16_exp(above), share = one / (one + size);
    float *out = job->out + place * job->head_width;
    FT_EACH_LANES(i, count, 0, job->head_width, {
      v16_store_some(out + i, share * v16_load_some(out + i, count), count);
    });
    float more = above[0] > 80 ? above[0] : ft_log_lane((one + size)[0]);
    FT_LANES_MEET();
    FT_FIRST_LANE job->log_sum[place] += more;
  }
}

/// The range is of heads: a chain over ascending rows of −exp(sink − log_sum) · (dout · out).
FT_RANGE_KERNEL(sinks_backward) {
  const ft_sinks_job *job = context;
  for (size_t head = begin; head < end; head++)
    for (size_t row = 0; row < job->rows; row++) {
      size_t place = row * job->heads + head;
      const float *out = job->out + place * job->head_width;
      const float *dout = job->dout + place * job->head_width;
      v16 sum = v16_splat(0);
      FT_EACH_LANES(i, count, 0, job->head_width, {
        sum = v16_fma(v16_load_some(dout + i, count), v16_load_some(out + i, count), sum);
      });
      float share = v16_exp(v16_splat(job->sinks[head] - job->log_sum[place]))[0];
      float product = v16_sum(sum);
      FT_FIRST_LANE job->dsinks[head] = ft_fma(-share, product, job->dsinks[head]);
    }
}
