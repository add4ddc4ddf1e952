// Characters from the terminal, and what may come between two of them: signals and messages.
#ifndef FT_INPUT_H
#define FT_INPUT_H

#include "editor.h"

/// libedit's EL_GETCFN: one character, or -1 when reading has ended.
int ft_input_character(EditLine *el, wchar_t *character);
/// Puts a key's sequence before what was typed ahead.
void ft_input_press(ft_line_editor *editor, const char *sequence);

#endif
