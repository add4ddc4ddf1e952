// Opening, reading and closing; the other files each hold one aspect of typing.
#include "editor.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// The open editor, for the handler that runs when the program exits.
static ft_line_editor *open_editor;

ft_line_editor *ft_editor_of(EditLine *el) {
  void *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  return editor;
}

static char *prompt(EditLine *el) {
  ft_line_editor *editor = ft_editor_of(el);
  ft_text_clear(&editor->prompt);
  if (editor->pattern != NULL) {
    const char *label = editor->pattern_found ? "search: " : "not found: ";
    ft_text_append(&editor->prompt, label, strlen(label));
    ft_text_append_wide(&editor->prompt, editor->pattern, wcslen(editor->pattern));
    ft_text_append(&editor->prompt, " | ", 3);
  } else {
    ft_text text = ft_entry_text(editor, el_wline(el)->lastchar);
    if (text.bytes != NULL) {
      editor->callbacks.prompt(
          editor->callbacks.context, text.bytes, text.length, &editor->prompt);
    }
    free(text.bytes);
  }
  return editor->prompt.bytes == NULL ? "" : editor->prompt.bytes;
}

/// A program that exits while it reads must not leave the terminal without echo.
static void give_terminal_back(void) {
  if (open_editor == NULL) return;
  pthread_mutex_lock(&open_editor->lock);
  bool is_reading = open_editor->is_reading;
  pthread_mutex_unlock(&open_editor->lock);
  if (is_reading) ft_input_leave_edit_mode(open_editor);
  ft_line_editor_hide_typing(open_editor, false);
}

static bool has_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

/// Sets libedit up; our functions come first, so that ~/.editrc can name them.
static void configure(ft_line_editor *editor) {
  EditLine *el = editor->el;
  el_set(el, EL_CLIENTDATA, editor);
  el_set(el, EL_SIGNAL, 0);
  el_set(el, EL_EDITOR, "emacs");
  el_wset(el, EL_GETCFN, ft_input_character);
  el_set(el, EL_PROMPT_ESC, prompt, '\1');
  ft_keys_register(el);
  el_source(el, NULL);
  ft_keys_bind(el);
}

ft_line_opening ft_line_editor_open(
    const ft_line_callbacks *callbacks, bool plain, ft_line_editor **out) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return FT_NO_TERMINAL;
  if (!has_utf8()) return FT_NO_UTF8;
  if (open_editor != NULL || !ft_input_open()) return FT_NO_RESOURCES;
  ft_line_editor *editor = calloc(1, sizeof *editor);
  if (editor != NULL) editor->el = el_init("ft", stdin, stdout, stderr);
  if (editor == NULL || editor->el == NULL) {
    free(editor);
    ft_input_close();
    return FT_NO_RESOURCES;
  }
  editor->callbacks = *callbacks;
  editor->plain = plain;
  pthread_mutex_init(&editor->lock, NULL);
  configure(editor);
  int edits = 1;
  el_get(editor->el, EL_EDITMODE, &edits);
  static bool is_registered;
  if (!is_registered) is_registered = atexit(give_terminal_back) == 0;
  open_editor = editor;
  if (!edits) {
    ft_line_editor_close(editor);
    return FT_EDITING_OFF;
  }
  *out = editor;
  return FT_OPENED;
}

void ft_line_editor_close(ft_line_editor *editor) {
  open_editor = NULL;
  el_end(editor->el);
  ft_input_close();
  pthread_mutex_destroy(&editor->lock);
  free(editor->entry.bytes);
  free(editor->prompt.bytes);
  free(editor->messages.bytes);
  free(editor->prefill.bytes);
  free(editor->stash);
  free(editor->pattern);
  free(editor);
}

void ft_line_editor_prefill(ft_line_editor *editor, const char *text, size_t length) {
  ft_text_clear(&editor->prefill);
  ft_text_append(&editor->prefill, text, length);
}

/// Writes the waiting messages where the cursor is, as whole lines. The lock is held.
static void write_messages(ft_line_editor *editor) {
  ft_text *messages = &editor->messages;
  // In edit mode the terminal may not turn a line feed into a new line by itself.
  size_t start = 0;
  for (size_t i = 0; i < messages->length; i++) {
    if (messages->bytes[i] != '\n') continue;
    ft_screen_write(messages->bytes + start, i - start);
    ft_screen_write("\r\n", 2);
    start = i + 1;
  }
  ft_screen_write(messages->bytes + start, messages->length - start);
  if (start < messages->length) ft_screen_write("\r\n", 2);
  ft_text_clear(messages);
}

void ft_show_messages_above_entry(ft_line_editor *editor) {
  pthread_mutex_lock(&editor->lock);
  bool has_messages = editor->messages.length > 0;
  if (has_messages) {
    ft_screen_erase_entry(editor);
    write_messages(editor);
  }
  pthread_mutex_unlock(&editor->lock);
  if (has_messages) ft_screen_draw_entry(editor);
}

void ft_line_editor_print(ft_line_editor *editor, const char *text, size_t length) {
  pthread_mutex_lock(&editor->lock);
  ft_text_append(&editor->messages, text, length);
  if (length > 0 && text[length - 1] != '\n') ft_text_append(&editor->messages, "\n", 1);
  if (editor->is_reading) ft_input_wake();
  else write_messages(editor);
  pthread_mutex_unlock(&editor->lock);
}

/// Says whether messages go above the entry from now on, or are written at once.
static void set_reading(ft_line_editor *editor, bool is_reading) {
  pthread_mutex_lock(&editor->lock);
  editor->is_reading = is_reading;
  write_messages(editor);
  pthread_mutex_unlock(&editor->lock);
}

ft_line_entry ft_line_editor_read(ft_line_editor *editor) {
  editor->has_ended = false;
  editor->ending = FT_LINE_END;
  editor->signal = 0;
  editor->age = 0;
  ft_text_clear(&editor->entry);
  if (editor->prefill.length > 0) ft_input_press(editor, "\033[902~");
  ft_input_take_signals();
  set_reading(editor, true);
  // Before the prompt: libedit alone would do it after, and echo what is typed in between.
  ft_input_enter_edit_mode(editor);

  int count = 0;
  const wchar_t *line = el_wgets(editor->el, &count);
  if (line != NULL && count > 0) {
    bool has_newline = line[count - 1] == L'\n';
    bool is_kept =
        ft_text_append_wide(&editor->entry, line, (size_t)count - (has_newline ? 1 : 0));
    editor->ending = is_kept ? FT_LINE_ENTRY : FT_LINE_HANGUP;
  } else {
    const char *mark = editor->ending == FT_LINE_INTERRUPTED ? "^C" : "";
    if (editor->ending != FT_LINE_HANGUP) ft_screen_leave_entry(editor, mark);
    el_reset(editor->el);
  }

  ft_input_leave_edit_mode(editor);
  set_reading(editor, false);
  ft_input_return_signals();
  free(editor->pattern);
  editor->pattern = NULL;
  return (ft_line_entry){
      .ending = editor->ending,
      .text = editor->entry.bytes == NULL ? "" : editor->entry.bytes,
      .length = editor->entry.length,
      .signal = editor->signal,
  };
}
