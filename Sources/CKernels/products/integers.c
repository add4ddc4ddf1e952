// Products in integers: rounding rows, and their products by packed weights.
#include "products/integers.h"

#include "paths/paths.h"

static size_t blocks_of(size_t channels) {
  return channels / FT_BLOCK_STEPS + (channels % FT_BLOCK_STEPS != 0);
}

size_t ft_integer_row_size(ft_weight_format format, size_t channels) {
  return ft_is_quantised(format) ? blocks_of(channels) * ft_integer_block_bytes(format) : 0;
}

void ft_round_rows(void *restrict out, const float *restrict x, size_t rows, size_t channels,
                   ft_weight_format format) {
  if (channels == 0 || !ft_is_quantised(format)) return;
  ft_rounding_job job = {.out = out, .x = x, .channels = channels, .format = format};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->round_rows, &job);
}

/// Multiply-adds below which one thread is as quick.
static const double least_shared = 200e3;

/// Products, done in one region.
typedef struct {
  const ft_integer_job *jobs;
  size_t count;
  const ft_path_table *path;
} integer_products;

static size_t panels_of(const ft_integer_job *job) {
  return job->m == 0 ? 0
                     : job->w.outputs / FT_PANEL_OUTPUTS + (job->w.outputs % FT_PANEL_OUTPUTS != 0);
}

/// The range is of panels, those of one product after those of another.
static void integer_share(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const integer_products *products = context;
  for (size_t i = 0, first = 0; i < products->count && first < end; i++) {
    size_t panels = panels_of(&products->jobs[i]);
    size_t from = begin > first ? begin - first : 0;
    size_t to = end - first < panels ? end - first : panels;
    if (from < to) products->path->integer_panels(&products->jobs[i], from, to);
    first += panels;
  }
}

void ft_multiply_integers(const ft_integer_job *jobs, size_t count) {
  integer_products products = {jobs, count, ft_path()};
  size_t panels = 0;
  double operations = 0;
  for (size_t i = 0; i < count; i++) {
    panels += panels_of(&jobs[i]);
    operations += (double)jobs[i].m * (double)jobs[i].w.outputs * (double)jobs[i].w.channels;
  }
  ft_parallel(panels, operations < least_shared ? panels : 1, integer_share, &products);
}
