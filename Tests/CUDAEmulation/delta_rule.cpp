// The kernels of `delta_rule.cu`, for the processor.
#include "kernels.h"

#include "delta_rule.cu"

#include "kernels_end.h"
