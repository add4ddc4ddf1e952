// The kernels of `products.cu`, for the processor.
#include "kernels.h"

#include "products.cu"

#include "kernels_end.h"
