// The kernels of `optimizers.cu`, for the processor.
#include "kernels.h"

#include "optimizers.cu"

#include "kernels_end.h"
