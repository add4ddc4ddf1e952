// The kernels of `products_bf16.cu`, for the processor.
#include "kernels.h"

#include "products_bf16.cu"

#include "kernels_end.h"
