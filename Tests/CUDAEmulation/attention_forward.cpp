// The kernels of `attention_forward.cu`, for the processor.
#include "kernels.h"

#include "attention_forward.cu"

#include "kernels_end.h"
