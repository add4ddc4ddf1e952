// Tab: inserts what all candidates share; when that is nothing new, lists them above the entry.
#ifndef FT_COMPLETION_H
#define FT_COMPLETION_H

#include "editor.h"

/// Registers `ft-complete`.
void ft_completion_register(EditLine *el);

#endif
