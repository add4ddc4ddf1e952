// The passes of an Adafactor step: means of squares, the step itself, and its application.
// Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 and 5.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// row[o] = kept · row[o] + fresh · mean of the row's squares, sixteen lanes a row; the range is
/// of rows.
FT_RANGE_KERNEL(adafactor_rows) {
  const ft_adafactor_job *job = context;
  const v16 scale = v16_splat(job->gradient_scale), tiny = v16_splat(job->epsilon);
  for (size_t row = begin; row < end; row++) {
    const float *gradient = job->gradient + row * job->columns;
    v16 squares = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->columns, {
      v16 g = v16_load_some(gradient + i, count) * scale;
      squares += v16_keep(v16_fma(g, g, tiny), count, 0);
    });
    float mean = v16_sum(squares) / (float)job->columns;
    FT_FIRST_LANE job->row[row] = ft_fma(job->beta2, job->row[row], job->fresh2 * mean);
  }
}

/// column[c] = kept · column[c] + fresh · mean of the column's squares; the range is of columns,
/// each one chain over ascending rows.
FT_RANGE_KERNEL(adafactor_columns) {
  const ft_adafactor_job *job = context;
  const v16 scale = v16_splat(job->gradient_scale), tiny = v16_splat(job->epsilon);
  const v16 beta2 = v16_splat(job->beta2), fresh2 = v16_splat(job->fresh2);
  const v16 rows = v16_splat((float)job->rows);
  FT_EACH_LANES(i, count, begin, end, {
    v16 squares = v16_splat(0);
    for (size_t row = 0; row < job->rows; row++) {
      v16 g = v16_load_some(job->gradient + row * job->columns + i, count) * scale;
      squares += v16_fma(g, g, tiny);
    }
    v16 mean = squares / rows;
    v16 column = v16_fma(beta2, v16_load_some(job->column + i, count), fresh2 * mean);
    v16_store_some(job->column + i, column, count);
  });
}

/// gradient = the step before clipping, g / sqrt(row · column / mean(row)); the range is of rows.
FT_RANGE_KERNEL(adafactor_matrix_step) {
  const ft_adafactor_pass *pass = context;
  const ft_adafactor_job *job = &pass->job;
  const v16 scale = v16_splat(job->gradient_scale), one = v16_splat(1);
  for (size_t row = begin; row < end; row++) {
    float *gradient = job->gradient + row * job->columns;
    const v16 of_row = v16_splat(1 / __builtin_sqrtf(job->row[row] / *pass->found));
    FT_EACH_LANES(i, count, 0, job->columns, {
      v16 of_column = one / v16_sqrt(v16_load_some(job->column + i, count));
      v16 g = v16_load_some(gradient + i, count) * scale;
      v16_store_some(gradient + i, of_row * of_column * g, count);
    });
  }
}

/// The second moment of a vector, element by element, and gradient = the step before clipping.
FT_RANGE_KERNEL(adafactor_vector_step) {
  const ft_adafactor_job *job = context;
  const v16 scale = v16_splat(job->gradient_scale), tiny = v16_splat(job->epsilon);
  const v16 beta2 = v16_splat(job->beta2), fresh2 = v16_splat(job->fresh2);
  FT_EACH_LANES(i, count, begin, end, {
    v16 g = v16_load_some(job->gradient + i, count) * scale;
    v16 square = v16_fma(beta2, v16_load_some(job->row + i, count),
                         fresh2 * v16_fma(g, g, tiny));
    v16_store_some(job->row + i, square, count);
    v16_store_some(job->gradient + i, g / v16_sqrt(square), count);
  });
}

/// weight = weight · kept − rate · step
FT_RANGE_KERNEL(adafactor_apply) {
  const ft_adafactor_pass *pass = context;
  const ft_adafactor_job *job = &pass->job;
  const v16 kept = v16_splat(job->kept), rate = v16_splat(*pass->found);
  FT_EACH_LANES(i, count, begin, end, {
    v16 weight = v16_load_some(job->weight + i, count) * kept;
    v16 step = v16_load_some(job->gradient + i, count);
    v16_store_some(job->weight + i, v16_fma(-rate, step, weight), count);
  });
}
