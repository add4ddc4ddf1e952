#include "search.h"

#include <stdlib.h>

#include "entry.h"
#include "keys.h"
#include "screen.h"

enum { longest_pattern = 200 };

/// Shows the first entry from `age` on that contains the pattern; false when there is none.
static bool find(ft_line_editor *editor, size_t age) {
  for (;; age++) {
    ft_text text = {0};
    bool exists = editor->callbacks.recall(editor->callbacks.context, age, &text);
    wchar_t *wide = exists ? ft_wide_from_utf8(text.bytes, text.length) : NULL;
    free(text.bytes);
    if (wide == NULL) return false;
    bool matches = wcsstr(wide, editor->pattern) != NULL;
    if (matches && ft_entry_replace(editor, wide)) editor->age = age;
    free(wide);
    if (matches) return true;
  }
}

/// Changes the pattern by a key; false when the key ends the search.
static bool take_key(ft_line_editor *editor, wchar_t key) {
  size_t length = wcslen(editor->pattern);
  if (key == 0x12) {
    if (length > 0) editor->pattern_found = find(editor, editor->age + 1);
  } else if (key == 0x7F || key == 0x08) {
    if (length > 0) editor->pattern[length - 1] = L'\0';
    editor->pattern_found = length <= 1 || find(editor, 1);
  } else if (key >= 0x20 && length < longest_pattern) {
    editor->pattern[length] = key;
    editor->pattern[length + 1] = L'\0';
    editor->pattern_found = find(editor, editor->age == 0 ? 1 : editor->age);
  } else {
    return false;
  }
  return true;
}

static unsigned char search(EditLine *el, int key) {
  ft_line_editor *editor = ft_editor_of(el);
  ft_entry_stash(editor);
  ft_screen_erase_entry(editor);
  editor->pattern = calloc(longest_pattern + 1, sizeof(wchar_t));
  editor->pattern_found = true;
  editor->age = 0;
  wchar_t pressed = 0;
  while (editor->pattern != NULL && editor->stash != NULL) {
    ft_screen_draw_entry(editor);
    if (el_wgetc(el, &pressed) != 1) return CC_NORM;
    ft_screen_erase_entry(editor);
    if (!take_key(editor, pressed)) break;
  }
  free(editor->pattern);
  editor->pattern = NULL;
  const bool is_given_up = pressed == 0x07;
  if (is_given_up && ft_entry_replace(editor, editor->stash)) editor->age = 0;
  ft_screen_draw_entry(editor);
  if (pressed == L'\r' || pressed == L'\n') return ft_key_enter(el, key);
  // The key that ended the search does what it does elsewhere.
  if (!is_given_up) el_wpush(el, (wchar_t[]){pressed, L'\0'});
  return CC_NORM;
}

void ft_search_register(EditLine *el) {
  el_set(el, EL_ADDFN, "ft-search", "search in history", search);
}
