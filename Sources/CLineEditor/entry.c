#include "entry.h"

#include <stdlib.h>

ft_line_editor *ft_editor_of(EditLine *el) {
  void *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  return editor;
}

ft_text ft_entry_text(ft_line_editor *editor, const wchar_t *end) {
  ft_text text = {0};
  const LineInfoW *line = el_wline(editor->el);
  ft_text_append_wide(&text, line->buffer, (size_t)(end - line->buffer));
  return text;
}

void ft_entry_move_to(EditLine *el, const wchar_t *target) {
  el_cursor(el, (int)(target - el_wline(el)->cursor));
}

void ft_entry_insert(EditLine *el, const wchar_t *text) {
  if (*text != L'\0' && el_winsertstr(el, text) != 0) el_beep(el);
}

bool ft_entry_replace(ft_line_editor *editor, const wchar_t *text) {
  EditLine *el = editor->el;
  const LineInfoW *entry = el_wline(el);
  ft_entry_move_to(el, entry->lastchar);
  el_deletestr(el, (int)(entry->lastchar - entry->buffer));
  return *text == L'\0' || el_winsertstr(el, text) == 0;
}

void ft_entry_stash(ft_line_editor *editor) {
  ft_text typed = ft_entry_text(editor, el_wline(editor->el)->lastchar);
  free(editor->stash);
  editor->stash = ft_wide_from_utf8(typed.bytes, typed.length);
  free(typed.bytes);
}
