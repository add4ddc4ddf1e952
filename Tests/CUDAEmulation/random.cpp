// The kernels of `random.cu`, for the processor.
#include "kernels.h"

#include "random.cu"

#include "kernels_end.h"
