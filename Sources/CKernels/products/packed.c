// Packed weights: their size, packing and unpacking. Threads divide panels, or rows.
#include "products/packed.h"

#include "paths/paths.h"

size_t ft_packed_size(ft_weight_format format, size_t outputs, size_t channels) {
  size_t panels = outputs / FT_PANEL_OUTPUTS + (outputs % FT_PANEL_OUTPUTS != 0);
  return panels * ft_panel_bytes(format, channels);
}

bool ft_pack(void *restrict packed, ft_weight_format format, const float *restrict w,
             size_t outputs, size_t channels) {
  int32_t refused = 0;
  ft_packing_job job = {.w = {packed, format, outputs, channels},
                        .packed = packed,
                        .source = w,
                        .refused = &refused};
  size_t panels = outputs / FT_PANEL_OUTPUTS + (outputs % FT_PANEL_OUTPUTS != 0);
  ft_parallel(panels, ft_row_grain(FT_PANEL_OUTPUTS * channels), ft_path()->pack_panels, &job);
  return refused == 0;
}

bool ft_pack_blocks(void *restrict packed, ft_weight_format format, const void *restrict blocks,
                    const int32_t *rows, size_t outputs, size_t channels) {
  int32_t refused = 0;
  ft_packing_job job = {.w = {packed, format, outputs, channels},
                        .packed = packed,
                        .blocks = blocks,
                        .rows = rows,
                        .refused = &refused};
  size_t panels = outputs / FT_PANEL_OUTPUTS + (outputs % FT_PANEL_OUTPUTS != 0);
  ft_parallel(panels, ft_row_grain(FT_PANEL_OUTPUTS * channels), ft_path()->pack_block_panels,
              &job);
  return refused == 0;
}

void ft_unpack_rows(float *restrict out, const ft_packed_matrix *w, const int32_t *rows,
                    size_t count) {
  ft_packing_job job = {.w = *w, .out = out, .rows = rows};
  ft_parallel(count, ft_row_grain(w->channels), ft_path()->unpack_rows, &job);
}
