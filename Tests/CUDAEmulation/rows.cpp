// The kernels of `rows.cu`, for the processor.
#include "kernels.h"

#include "rows.cu"

#include "kernels_end.h"
