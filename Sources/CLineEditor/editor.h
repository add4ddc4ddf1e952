// What the files of the line editor share; not seen outside.
#ifndef FT_EDITOR_H
#define FT_EDITOR_H

// For wcwidth and pipe2: so this header comes first.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <histedit.h>
#include <pthread.h>
#include <wchar.h>

#include "ft_line_editor.h"

struct ft_text {
  char *bytes;
  size_t length;
  size_t capacity;
};

struct ft_line_editor {
  EditLine *el;
  ft_line_callbacks callbacks;
  bool plain;
  /// What el_wgets returned, and the last prompt: kept, as others hold pointers into them.
  ft_text entry;
  ft_text prompt;

  /// What the next entry begins with; empty for nothing.
  ft_text prefill;

  /// Bytes read from the terminal and not yet decoded.
  unsigned char input[4096];
  size_t input_start;
  size_t input_end;
  /// Once reading has ended it stays so, until the next read: libedit asks again.
  bool has_ended;
  ft_line_ending ending;
  int signal;

  /// How far back in history the shown entry is; 0 is the new one, kept in `stash` meanwhile.
  size_t age;
  wchar_t *stash;
  /// What is searched for, or NULL when not searching.
  wchar_t *pattern;
  bool pattern_found;

  /// Guards `messages` and `is_reading`.
  pthread_mutex_t lock;
  ft_text messages;
  bool is_reading;
};

/// The editor that a libedit callback belongs to.
ft_line_editor *ft_editor_of(EditLine *el);

// text.c
bool ft_text_append_wide(ft_text *text, const wchar_t *characters, size_t count);
void ft_text_clear(ft_text *text);
/// Returns memory to free, or NULL when there is none.
wchar_t *ft_wide_from_utf8(const char *bytes, size_t length);
/// The entry as it stands, up to `end`, in UTF-8.
ft_text ft_entry_text(ft_line_editor *editor, const wchar_t *end);

// screen.c
/// Writes all bytes to the terminal; a terminal that is gone is found when reading.
void ft_screen_write(const char *bytes, size_t length);
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

// input.c
/// libedit's EL_GETCFN: one character, or -1 when reading has ended.
int ft_input_character(EditLine *el, wchar_t *character);
/// Takes over the signals; false when no pipe can be made.
bool ft_input_open(void);
void ft_input_close(void);
void ft_input_take_signals(void);
void ft_input_return_signals(void);
/// Wakes the reading thread to show messages.
void ft_input_wake(void);
/// Puts a key's sequence before what was typed ahead.
void ft_input_press(ft_line_editor *editor, const char *sequence);
/// Bracketed paste and libedit's terminal mode, on or off.
void ft_input_enter_edit_mode(ft_line_editor *editor);
void ft_input_leave_edit_mode(ft_line_editor *editor);

// messages: line_editor.c
void ft_show_messages_above_entry(ft_line_editor *editor);

// keys.c
/// Registers the editor's own functions; before ~/.editrc, which may bind them.
void ft_keys_register(EditLine *el);
/// Binds what must work; after ~/.editrc.
void ft_keys_bind(EditLine *el);
/// Replaces the whole entry; false, and the entry as before, when there is no memory.
bool ft_entry_replace(ft_line_editor *editor, const wchar_t *text);
unsigned char ft_key_enter(EditLine *el, int key);

// completion.c, search.c
unsigned char ft_key_complete(EditLine *el, int key);
unsigned char ft_key_search(EditLine *el, int key);

#endif
