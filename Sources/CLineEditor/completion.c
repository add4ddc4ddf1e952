#include "completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "screen.h"

/// More candidates than this are counted, not listed.
enum { most_listed = 100 };

/// How many bytes the candidates, each ended by a zero, begin with in common; whole characters.
static size_t common_length(const ft_text *candidates) {
  const char *first = candidates->bytes;
  size_t length = strlen(first);
  const char *end = candidates->bytes + candidates->length;
  for (const char *c = first; c < end; c += strlen(c) + 1) {
    size_t same = 0;
    while (same < length && c[same] == first[same]) same++;
    length = same;
  }
  while (length > 0 && ((unsigned char)first[length] & 0xC0) == 0x80) length--;
  return length;
}

static int width_of(const char *text) {
  wchar_t *wide = ft_wide_from_utf8(text, strlen(text));
  int width = 0;
  for (wchar_t *c = wide; c != NULL && *c != L'\0'; c++) width += ft_screen_width(*c);
  free(wide);
  return width;
}

/// Appends the candidates in columns, read downwards as `ls` does.
static void append_columns(ft_text *out, const char **words, size_t count) {
  int widest = 0;
  for (size_t i = 0; i < count; i++) {
    int width = width_of(words[i]);
    if (width > widest) widest = width;
  }
  int fitting = ft_screen_columns() / (widest + 2);
  size_t columns = fitting < 1 ? 1 : (size_t)fitting;
  size_t rows = (count + columns - 1) / columns;
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = row; i < count; i += rows) {
      ft_text_append(out, words[i], strlen(words[i]));
      if (i + rows >= count) break;
      for (int gap = widest + 2 - width_of(words[i]); gap > 0; gap--) ft_text_append(out, " ", 1);
    }
    ft_text_append(out, "\n", 1);
  }
}

static void list(ft_line_editor *editor, const ft_text *candidates) {
  const char *words[most_listed];
  size_t count = 0;
  const char *end = candidates->bytes + candidates->length;
  for (const char *c = candidates->bytes; c < end; c += strlen(c) + 1) {
    if (count < most_listed) words[count] = c;
    count++;
  }
  ft_text lines = {0};
  append_columns(&lines, words, count < most_listed ? count : most_listed);
  if (count > most_listed) {
    char rest[64];
    int length = snprintf(rest, sizeof rest, "and %zu more\n", count - most_listed);
    ft_text_append(&lines, rest, (size_t)length);
  }
  ft_line_editor_print(editor, lines.bytes, lines.length);
  free(lines.bytes);
}

/// Puts `length` bytes of `text` in the place of the `replaced` bytes before the cursor; false
/// when that is what stands there.
static bool replace(EditLine *el, const ft_text *before, size_t replaced, const char *text,
                    size_t length) {
  const char *typed = before->bytes + before->length - replaced;
  if (length == replaced && memcmp(typed, text, length) == 0) return false;
  wchar_t *old = ft_wide_from_utf8(typed, replaced), *new = ft_wide_from_utf8(text, length);
  bool is_done = old != NULL && new != NULL;
  if (is_done) {
    el_deletestr(el, (int)wcslen(old));
    if (el_winsertstr(el, new) != 0) el_beep(el);
  }
  free(old);
  free(new);
  return is_done;
}

static unsigned char complete(EditLine *el, int key) {
  (void)key;
  ft_line_editor *editor = ft_editor_of(el);
  const LineInfoW *entry = el_wline(el);
  const ft_line_callbacks *callbacks = &editor->callbacks;
  ft_text before = ft_entry_text(editor, entry->cursor);
  ft_text text = ft_entry_text(editor, entry->lastchar);
  ft_text candidates = {0};
  if (before.bytes != NULL && text.bytes != NULL) {
    size_t replaced = callbacks->complete(
        callbacks->context, text.bytes, text.length, before.length, &candidates);
    if (candidates.length > 0 && replaced <= before.length) {
      size_t common = common_length(&candidates);
      // A shorter common part would take away what was typed.
      bool is_new = common > 0 && common >= replaced &&
                    replace(el, &before, replaced, candidates.bytes, common);
      if (!is_new) list(editor, &candidates);
    }
  }
  free(before.bytes);
  free(text.bytes);
  free(candidates.bytes);
  return CC_REFRESH;
}

void ft_completion_register(EditLine *el) {
  el_set(el, EL_ADDFN, "ft-complete", "complete the word", complete);
}
