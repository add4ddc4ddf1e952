// Factors, norms and parts of a matrix: threads divide the rows, and for sums of columns the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

#include <string.h>

void ft_inverse_row_norms(float *restrict out, const float *restrict x, size_t rows,
                          size_t channels) {
  ft_elementwise_job job = {.out = out, .a = x, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->inverse_row_norms, &job);
}

void ft_scale_columns(float *out, const float *x, const float *factors, size_t rows,
                      size_t channels) {
  ft_elementwise_job job = {.out = out, .a = x, .b = factors, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->scale_columns, &job);
}

void ft_column_products(float *restrict sums, const float *restrict a, const float *restrict b,
                        size_t rows, size_t channels) {
  ft_elementwise_job job = {.out = sums, .a = a, .b = b, .rows = rows, .channels = channels};
  ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->column_products, &job);
}

/// One row of a part, and the row of the whole that it belongs to.
typedef struct {
  float *part, *whole;
  size_t part_columns, whole_columns;
  ft_column_blocks blocks;
} parts_job;

static void take_rows(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const parts_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *from = job->whole + row * job->whole_columns + job->blocks.start;
    float *to = job->part + row * job->part_columns;
    for (size_t column = 0; column < job->part_columns; column += job->blocks.width) {
      memcpy(to + column, from, job->blocks.width * sizeof(float));
      from += job->blocks.stride;
    }
  }
}

static void add_rows(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const parts_job *job = context;
  for (size_t row = begin; row < end; row++) {
    float *to = job->whole + row * job->whole_columns + job->blocks.start;
    const float *from = job->part + row * job->part_columns;
    for (size_t column = 0; column < job->part_columns; column += job->blocks.width) {
      for (size_t i = 0; i < job->blocks.width; i++) to[i] += from[column + i];
      to += job->blocks.stride;
    }
  }
}

void ft_take_columns(float *restrict part, const float *restrict whole, size_t rows,
                     size_t part_columns, size_t whole_columns, ft_column_blocks blocks) {
  // Only read: the job is shared with the kernel that writes there.
  parts_job job = {part, (float *)whole, part_columns, whole_columns, blocks};
  ft_parallel(rows, ft_row_grain(part_columns), take_rows, &job);
}

void ft_add_columns(float *restrict whole, const float *restrict part, size_t rows,
                    size_t part_columns, size_t whole_columns, ft_column_blocks blocks) {
  parts_job job = {(float *)part, whole, part_columns, whole_columns, blocks};
  ft_parallel(rows, ft_row_grain(part_columns), add_rows, &job);
}
