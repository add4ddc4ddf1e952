// Ctrl-R: search backwards through history, with the entry showing what is found.
//
// libedit's own search cuts entries at 1024 characters.
#ifndef FT_SEARCH_H
#define FT_SEARCH_H

#include "editor.h"

/// Registers `ft-search`.
void ft_search_register(EditLine *el);

#endif
