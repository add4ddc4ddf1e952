// The kernels of `elementwise.cu`, for the processor.
#include "kernels.h"

#include "elementwise.cu"

#include "kernels_end.h"
