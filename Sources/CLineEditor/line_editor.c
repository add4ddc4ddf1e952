// Opening, reading and closing; the other files each hold one aspect of typing.
#include "editor.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "completion.h"
#include "entry.h"
#include "input.h"
#include "keys.h"
#include "messages.h"
#include "screen.h"
#include "search.h"
#include "wake.h"

/// The open editor, for the handler that runs when the program exits.
static ft_line_editor *open_editor;

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
  if (ft_messages_is_reading(open_editor)) ft_screen_leave_edit_mode(open_editor);
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
  ft_completion_register(el);
  ft_search_register(el);
  el_source(el, NULL);
  ft_keys_bind(el);
}

ft_line_opening ft_line_editor_open(
    const ft_line_callbacks *callbacks, bool plain, ft_line_editor **out) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return FT_NO_TERMINAL;
  if (!has_utf8()) return FT_NO_UTF8;
  if (open_editor != NULL || !ft_wake_open()) return FT_NO_RESOURCES;
  ft_line_editor *editor = calloc(1, sizeof *editor);
  if (editor != NULL) editor->el = el_init("ft", stdin, stdout, stderr);
  if (editor == NULL || editor->el == NULL) {
    free(editor);
    ft_wake_close();
    return FT_NO_RESOURCES;
  }
  editor->callbacks = *callbacks;
  editor->plain = plain;
  pthread_mutex_init(&editor->lock, NULL);
  configure(editor);
  int edits = 1;
  el_get(editor->el, EL_EDITMODE, &edits);
  static bool is_registered;
  if (!is_registered)
    is_registered = atexit(give_terminal_back) == 0 && at_quick_exit(give_terminal_back) == 0;
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
  ft_line_editor_hide_typing(editor, false);
  el_end(editor->el);
  ft_wake_close();
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

ft_line_entry ft_line_editor_read(ft_line_editor *editor) {
  editor->has_ended = false;
  editor->ending = FT_LINE_END;
  editor->signal = 0;
  editor->age = 0;
  ft_text_clear(&editor->entry);
  if (editor->prefill.length > 0) ft_input_press(editor, "\033[902~");
  ft_wake_take_signals();
  ft_messages_set_reading(editor, true);
  // No sooner: a Ctrl-D that came between would be lost.
  ft_line_editor_hide_typing(editor, false);
  // Before the prompt: libedit alone would do it after, and echo what is typed in between.
  ft_screen_enter_edit_mode(editor);

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

  ft_screen_leave_edit_mode(editor);
  ft_messages_set_reading(editor, false);
  ft_wake_return_signals();
  free(editor->pattern);
  editor->pattern = NULL;
  return (ft_line_entry){
      .ending = editor->ending,
      .text = editor->entry.bytes == NULL ? "" : editor->entry.bytes,
      .length = editor->entry.length,
      .signal = editor->signal,
  };
}
