// The PTX of the kernels, part of the program: no file and no toolkit is looked for at run time.
#include <string.h>

#include "ft_cuda.h"

// C23's, which the compiler has for older C as an extension.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char attention_backward[] = {
#embed "ptx/attention_backward.ptx" suffix(, 0)
};
static const char attention_forward[] = {
#embed "ptx/attention_forward.ptx" suffix(, 0)
};
static const char delta_rule[] = {
#embed "ptx/delta_rule.ptx" suffix(, 0)
};
static const char elementwise[] = {
#embed "ptx/elementwise.ptx" suffix(, 0)
};
static const char optimizers[] = {
#embed "ptx/optimizers.ptx" suffix(, 0)
};
static const char products[] = {
#embed "ptx/products.ptx" suffix(, 0)
};
static const char products_bf16[] = {
#embed "ptx/products_bf16.ptx" suffix(, 0)
};
static const char random_numbers[] = {
#embed "ptx/random.ptx" suffix(, 0)
};
static const char rows[] = {
#embed "ptx/rows.ptx" suffix(, 0)
};

static const struct {
  const char *name, *text;
} texts[] = {
    {"attention_backward", attention_backward},
    {"attention_forward", attention_forward},
    {"delta_rule", delta_rule},
    {"elementwise", elementwise},
    {"optimizers", optimizers},
    {"products", products},
    {"products_bf16", products_bf16},
    {"random", random_numbers},
    {"rows", rows},
};

const char *ft_cuda_text(const char *name) {
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(texts[i].name, name) == 0) return texts[i].text;
  return NULL;
}
