// Text of growing length, and its way between UTF-8 and wide characters.
#ifndef FT_TEXT_H
#define FT_TEXT_H

#include <wchar.h>

#include "ft_line_editor.h"

struct ft_text {
  char *bytes;
  size_t length;
  size_t capacity;
};

bool ft_text_append_wide(ft_text *text, const wchar_t *characters, size_t count);
void ft_text_clear(ft_text *text);
/// Returns memory to free, or NULL when there is none.
wchar_t *ft_wide_from_utf8(const char *bytes, size_t length);

#endif
