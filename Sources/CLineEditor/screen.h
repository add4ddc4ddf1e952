// Where prompt and entry are on the screen: libedit does not say, so we lay them out as it does.
#ifndef FT_SCREEN_H
#define FT_SCREEN_H

#include "editor.h"

/// Writes all bytes to the terminal; a terminal that is gone is found when reading.
void ft_screen_write(const char *bytes, size_t length);
/// Bracketed paste and libedit's terminal mode, on or off.
void ft_screen_enter_edit_mode(ft_line_editor *editor);
void ft_screen_leave_edit_mode(ft_line_editor *editor);
/// Wipes prompt and entry and puts the cursor where the prompt began.
void ft_screen_erase_entry(ft_line_editor *editor);
/// Puts the cursor after the entry, writes `mark` there and goes to the next line.
void ft_screen_leave_entry(ft_line_editor *editor, const char *mark);
/// Draws prompt and entry anew from where the cursor is.
void ft_screen_draw_entry(ft_line_editor *editor);
/// Columns of the terminal; 80 when it does not say.
int ft_screen_columns(void);
/// Columns that a character takes in libedit's drawing.
int ft_screen_width(wchar_t character);

#endif
