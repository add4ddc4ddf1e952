// The kernels of `attention_backward.cu`, for the processor.
#include "kernels.h"

#include "attention_backward.cu"

#include "kernels_end.h"
