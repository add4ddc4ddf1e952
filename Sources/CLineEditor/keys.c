#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "entry.h"

/// A paste that never ends is cut here.
enum { largest_paste = 16 << 20 };

/// Where the line begins that `at` is in.
static const wchar_t *line_start(const LineInfoW *entry, const wchar_t *at) {
  while (at > entry->buffer && at[-1] != L'\n') at--;
  return at;
}

static const wchar_t *line_end(const LineInfoW *entry, const wchar_t *at) {
  while (at < entry->lastchar && *at != L'\n') at++;
  return at;
}

unsigned char ft_key_enter(EditLine *el, int key) {
  (void)key;
  ft_line_editor *editor = ft_editor_of(el);
  ft_text text = ft_entry_text(editor, el_wline(el)->lastchar);
  int indent = -1;
  if (text.bytes != NULL) {
    indent = editor->callbacks.continuation(editor->callbacks.context, text.bytes, text.length);
  }
  free(text.bytes);
  if (indent < 0) {
    // libedit's own newline goes below the entry first; returning CC_NEWLINE would not.
    el_push(el, "\033[901~");
    return CC_NORM;
  }
  ft_entry_insert(el, L"\n");
  for (int i = 0; i < indent && i < 40; i++) ft_entry_insert(el, L" ");
  return CC_REFRESH;
}

static unsigned char newline(EditLine *el, int key) {
  (void)key;
  ft_entry_insert(el, L"\n");
  return CC_REFRESH;
}

/// Shows the entry `age` steps back; 0 is the one that was being written.
static unsigned char recall(EditLine *el, size_t age) {
  ft_line_editor *editor = ft_editor_of(el);
  ft_text text = {0};
  bool is_new = age == 0;
  if (!is_new && !editor->callbacks.recall(editor->callbacks.context, age, &text)) {
    free(text.bytes);
    return CC_NORM;
  }
  if (editor->age == 0) ft_entry_stash(editor);
  wchar_t *wide = is_new ? NULL : ft_wide_from_utf8(text.bytes, text.length);
  const wchar_t *shown = is_new ? editor->stash : wide;
  if (shown != NULL && ft_entry_replace(editor, shown)) editor->age = age;
  free(wide);
  free(text.bytes);
  return CC_REFRESH;
}

static unsigned char up(EditLine *el, int key) {
  (void)key;
  const LineInfoW *entry = el_wline(el);
  const wchar_t *start = line_start(entry, entry->cursor);
  if (start == entry->buffer) return recall(el, ft_editor_of(el)->age + 1);
  const wchar_t *above = line_start(entry, start - 1);
  ptrdiff_t column = entry->cursor - start, length = start - 1 - above;
  ft_entry_move_to(el, above + (column < length ? column : length));
  return CC_CURSOR;
}

static unsigned char down(EditLine *el, int key) {
  (void)key;
  const LineInfoW *entry = el_wline(el);
  const wchar_t *end = line_end(entry, entry->cursor);
  if (end == entry->lastchar) {
    size_t age = ft_editor_of(el)->age;
    return age == 0 ? CC_NORM : recall(el, age - 1);
  }
  ptrdiff_t column = entry->cursor - line_start(entry, entry->cursor);
  ptrdiff_t length = line_end(entry, end + 1) - (end + 1);
  ft_entry_move_to(el, end + 1 + (column < length ? column : length));
  return CC_CURSOR;
}

static unsigned char home(EditLine *el, int key) {
  (void)key;
  const LineInfoW *entry = el_wline(el);
  ft_entry_move_to(el, line_start(entry, entry->cursor));
  return CC_CURSOR;
}

static unsigned char end(EditLine *el, int key) {
  (void)key;
  const LineInfoW *entry = el_wline(el);
  ft_entry_move_to(el, line_end(entry, entry->cursor));
  return CC_CURSOR;
}

static unsigned char delete_next(EditLine *el, int key) {
  (void)key;
  const LineInfoW *entry = el_wline(el);
  if (entry->cursor == entry->lastchar) return CC_NORM;
  el_cursor(el, 1);
  el_deletestr(el, 1);
  return CC_REFRESH;
}

static unsigned char end_of_input(EditLine *el, int key) {
  const LineInfoW *entry = el_wline(el);
  return entry->lastchar == entry->buffer ? CC_EOF : delete_next(el, key);
}

/// Inserts a bracket and draws all anew, as the prompt shows what is open. A closing one that is
/// first in its line goes back a level.
static unsigned char bracket(EditLine *el, int key) {
  const LineInfoW *entry = el_wline(el);
  const wchar_t *start = line_start(entry, entry->cursor), *at = start;
  while (at < entry->cursor && *at == L' ') at++;
  bool is_first = at == entry->cursor && start > entry->buffer;
  if (is_first && strchr(")]}", key) != NULL && at - start >= 2) el_deletestr(el, 2);
  ft_entry_insert(el, (wchar_t[]){key, L'\0'});
  return CC_REFRESH;
}

/// Adds a pasted character; line ends of all kinds become "\n".
///
/// In edit mode the terminal swaps carriage return and line feed.
static void add_pasted(ft_text *text, wchar_t character, wchar_t *previous) {
  bool is_end = character == L'\r' || character == L'\n';
  bool is_second_half = is_end && *previous != character &&
                        (*previous == L'\r' || *previous == L'\n');
  *previous = is_second_half ? L'\0' : character;
  if (is_second_half || character == L'\0') return;
  if (is_end) character = L'\n';
  if (text->length < largest_paste) ft_text_append_wide(text, &character, 1);
}

static unsigned char paste(EditLine *el, int key) {
  (void)key;
  static const wchar_t closing[] = L"\033[201~";
  size_t matched = 0;
  ft_text text = {0}, out = {0};
  wchar_t character, previous = L'\0';
  while (closing[matched] != L'\0' && el_wgetc(el, &character) == 1) {
    if (character == closing[matched]) {
      matched++;
      continue;
    }
    for (size_t i = 0; i < matched; i++) add_pasted(&text, closing[i], &previous);
    matched = character == closing[0] ? 1 : 0;
    if (matched == 0) add_pasted(&text, character, &previous);
  }
  ft_line_editor *editor = ft_editor_of(el);
  if (text.length > 0) {
    editor->callbacks.paste(editor->callbacks.context, text.bytes, text.length, &out);
  }
  wchar_t *wide = ft_wide_from_utf8(out.bytes, out.length);
  if (wide != NULL) ft_entry_insert(el, wide);
  free(wide);
  free(text.bytes);
  free(out.bytes);
  return CC_REFRESH;
}

/// Not a key of any keyboard: reading begins with it when there is a text to begin with.
static unsigned char prefill(EditLine *el, int key) {
  (void)key;
  ft_line_editor *editor = ft_editor_of(el);
  wchar_t *wide = ft_wide_from_utf8(editor->prefill.bytes, editor->prefill.length);
  if (wide != NULL) ft_entry_insert(el, wide);
  free(wide);
  ft_text_clear(&editor->prefill);
  return CC_REFRESH;
}

void ft_keys_register(EditLine *el) {
  el_set(el, EL_ADDFN, "ft-enter", "run the entry, or begin its next line", ft_key_enter);
  el_set(el, EL_ADDFN, "ft-newline", "begin the entry's next line", newline);
  el_set(el, EL_ADDFN, "ft-up", "go up a line, or back in history", up);
  el_set(el, EL_ADDFN, "ft-down", "go down a line, or forward in history", down);
  el_set(el, EL_ADDFN, "ft-home", "go to the start of the line", home);
  el_set(el, EL_ADDFN, "ft-end", "go to the end of the line", end);
  el_set(el, EL_ADDFN, "ft-delete", "delete the character under the cursor", delete_next);
  el_set(el, EL_ADDFN, "ft-end-of-input", "end, or delete the next character", end_of_input);
  el_set(el, EL_ADDFN, "ft-bracket", "insert a bracket", bracket);
  el_set(el, EL_ADDFN, "ft-paste", "insert what is pasted", paste);
  el_set(el, EL_ADDFN, "ft-prefill", "begin with a text that is there", prefill);
}

void ft_keys_bind(EditLine *el) {
  // Terminals differ in what these keys send, and libedit binds only what terminfo says.
  static const char *const bindings[][2] = {
      {"\\r", "ft-enter"},         {"\\n", "ft-enter"},
      {"\\e\\r", "ft-newline"},    {"\\e\\n", "ft-newline"},
      {"\\e[901~", "ed-newline"},  {"\\e[200~", "ft-paste"},
      {"\\e[902~", "ft-prefill"},
      {"\\e[A", "ft-up"},          {"\\eOA", "ft-up"},
      {"\\e[B", "ft-down"},        {"\\eOB", "ft-down"},
      {"\\020", "ft-up"},          {"\\016", "ft-down"},
      {"\\e[C", "ed-next-char"},   {"\\eOC", "ed-next-char"},
      {"\\e[D", "ed-prev-char"},   {"\\eOD", "ed-prev-char"},
      {"\\e[H", "ft-home"},        {"\\eOH", "ft-home"},
      {"\\e[1~", "ft-home"},       {"\\e[7~", "ft-home"},
      {"\\001", "ft-home"},        {"\\005", "ft-end"},
      {"\\e[F", "ft-end"},         {"\\eOF", "ft-end"},
      {"\\e[4~", "ft-end"},        {"\\e[8~", "ft-end"},
      {"\\e[3~", "ft-delete"},     {"\\004", "ft-end-of-input"},
      {"\\e[1;5C", "em-next-word"}, {"\\e[1;5D", "ed-prev-word"},
      {"\\e[1;3C", "em-next-word"}, {"\\e[1;3D", "ed-prev-word"},
      {"\\eOc", "em-next-word"},   {"\\eOd", "ed-prev-word"},
      {"\\t", "ft-complete"},      {"\\022", "ft-search"},
      {"(", "ft-bracket"},         {")", "ft-bracket"},
      {"[", "ft-bracket"},         {"]", "ft-bracket"},
      {"{", "ft-bracket"},         {"}", "ft-bracket"},
  };
  for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
    el_set(el, EL_BIND, bindings[i][0], bindings[i][1], NULL);
  }
}
