// Which vector path this machine has, and which one is in force.
#include <stdatomic.h>

#include "paths/paths.h"

static const ft_path_table *table(ft_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case FT_ISA_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                     __builtin_cpu_supports("f16c")
                 ? &ft_path_avx2
                 : NULL;
    case FT_ISA_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                     table(FT_ISA_AVX2) != NULL
                 ? &ft_path_avx512
                 : NULL;
    case FT_ISA_AVX512_VNNI:
      return __builtin_cpu_supports("avx512vnni") && table(FT_ISA_AVX512) != NULL
                 ? &ft_path_avx512_vnni
                 : NULL;
#endif
#if defined(__aarch64__)
    case FT_ISA_NEON:
      return &ft_path_neon;
#endif
    case FT_ISA_PORTABLE:
      return &ft_path_portable;
    default:
      return NULL;
  }
}

/// NULL until first asked for or chosen.
static _Atomic(const ft_path_table *) current;

ft_isa ft_best_isa(void) {
  static const ft_isa best_first[] = {FT_ISA_AVX512_VNNI, FT_ISA_AVX512, FT_ISA_AVX2, FT_ISA_NEON};
  for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++)
    if (table(best_first[i]) != NULL) return best_first[i];
  return FT_ISA_PORTABLE;
}

bool ft_select_isa(ft_isa isa) {
  const ft_path_table *chosen = table(isa);
  if (chosen != NULL) atomic_store(&current, chosen);
  return chosen != NULL;
}

ft_isa ft_current_isa(void) { return ft_path()->isa; }

const ft_path_table *ft_path(void) {
  const ft_path_table *chosen = atomic_load_explicit(&current, memory_order_acquire);
  if (chosen != NULL) return chosen;
  const ft_path_table *best = table(ft_best_isa());
  // Somebody may have chosen meanwhile: theirs stands, and is what `chosen` becomes.
  return atomic_compare_exchange_strong(&current, &chosen, best) ? best : chosen;
}
