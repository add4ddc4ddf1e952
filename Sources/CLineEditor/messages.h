// Lines that other threads show above the entry, while one is typed.
#ifndef FT_MESSAGES_H
#define FT_MESSAGES_H

#include "editor.h"

/// Says whether messages go above the entry from now on, or are written at once.
void ft_messages_set_reading(ft_line_editor *editor, bool is_reading);
/// Whether an entry is being read; from any thread.
bool ft_messages_is_reading(ft_line_editor *editor);
/// Writes what waits above the entry, and draws the entry anew.
void ft_messages_show_above_entry(ft_line_editor *editor);

#endif
