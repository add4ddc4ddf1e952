// The entry that is being typed, which libedit holds.
#ifndef FT_ENTRY_H
#define FT_ENTRY_H

#include "editor.h"

/// The editor that a libedit callback belongs to.
ft_line_editor *ft_editor_of(EditLine *el);
/// The entry as it stands, up to `end`, in UTF-8.
ft_text ft_entry_text(ft_line_editor *editor, const wchar_t *end);
/// Puts the cursor where `target`, a place in the entry, is.
void ft_entry_move_to(EditLine *el, const wchar_t *target);
/// Inserts at the cursor; beeps when there is no memory.
void ft_entry_insert(EditLine *el, const wchar_t *text);
/// Replaces the whole entry; false, and the entry as before, when there is no memory.
bool ft_entry_replace(ft_line_editor *editor, const wchar_t *text);
/// Keeps the entry as it stands in `stash`, before one of history takes its place.
void ft_entry_stash(ft_line_editor *editor);

#endif
