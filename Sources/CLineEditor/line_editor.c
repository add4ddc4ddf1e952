#include "ft_line_editor.h"
int ft_line_editor_placeholder(void) { return 0; }
