// The kernels for aarch64: a lane vector is four registers, and fused multiply-add is base.
#if defined(__aarch64__)

#include <math.h>
#include <string.h>

#include "paths.h"

#include "templates.inc.h"

const ft_path_table ft_path_neon = FT_PATH_TABLE(FT_ISA_NEON);

#endif
