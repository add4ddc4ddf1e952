// A line editor for one terminal, over libedit: entries of several lines, history, completion.
//
// libedit's own functions take variable arguments, which Swift cannot call; and its Enter, its
// history keys and its signal handling are not fit for entries of several lines. This header is
// all that the rest of the program sees of it.
#ifndef FT_LINE_EDITOR_H
#define FT_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

/// An editor and its terminal: standard input and output. At most one may be open.
typedef struct ft_line_editor ft_line_editor;

/// Bytes of UTF-8 that a callback hands back.
typedef struct ft_text ft_text;

/// Adds `length` bytes to `text`; false, and `text` as before, when there is no memory.
bool ft_text_append(ft_text *text, const char *bytes, size_t length);

/// What the editor asks while someone types. All run on the thread that reads; `text` is UTF-8,
/// not ended by a zero, and is gone when the callback returns. None may call the editor, but for
/// `ft_line_editor_print`.
typedef struct {
  /// Handed to every callback.
  void *context;
  /// Appends the prompt for the entry as it stands. Escape sequences stand between two \1, and
  /// the last character is a visible one.
  void (*prompt)(void *context, const char *text, size_t length, ft_text *out);
  /// Asked on Enter: -1 when the entry is complete, else the spaces its next line begins with.
  int (*continuation)(void *context, const char *text, size_t length);
  /// Asked on Tab: appends candidates, each ended by a zero byte, and returns how many bytes
  /// before `cursor` a candidate takes the place of.
  size_t (*complete)(void *context, const char *text, size_t length, size_t cursor, ft_text *out);
  /// Appends what to insert for a pasted text, whose line ends are "\n"; control characters are
  /// left to the callback.
  void (*paste)(void *context, const char *text, size_t length, ft_text *out);
  /// Appends an earlier entry, `age` 1 being the last; false when there is none that old.
  bool (*recall)(void *context, size_t age, ft_text *out);
} ft_line_callbacks;

/// Why no editor could be opened.
typedef enum {
  FT_OPENED,
  /// Standard input or output is no terminal.
  FT_NO_TERMINAL,
  /// There is no UTF-8 locale, not even C.UTF-8: what is typed would be lost.
  FT_NO_UTF8,
  /// `edit off` in ~/.editrc.
  FT_EDITING_OFF,
  /// No memory, no pipe, or an editor is open.
  FT_NO_RESOURCES,
} ft_line_opening;

/// Opens the editor. `plain` writes no escape sequence, for a terminal that knows none.
///
/// Sets the locale's character type to UTF-8; numbers are not touched.
ft_line_opening ft_line_editor_open(
    const ft_line_callbacks *callbacks, bool plain, ft_line_editor **editor);

/// Gives the terminal back and frees the editor. No other thread may be using it.
void ft_line_editor_close(ft_line_editor *editor);

/// How reading an entry ended.
typedef enum {
  FT_LINE_ENTRY,
  /// Ctrl-C: the entry is dropped.
  FT_LINE_INTERRUPTED,
  /// Ctrl-D on an empty entry.
  FT_LINE_END,
  /// The terminal is gone, or reading failed.
  FT_LINE_HANGUP,
  /// A signal asks the program to end: see `signal`.
  FT_LINE_SIGNAL,
} ft_line_ending;

/// What was read; `text` stays until the next read, `length` bytes of UTF-8.
typedef struct {
  ft_line_ending ending;
  const char *text;
  size_t length;
  int signal;
} ft_line_entry;

/// Reads one entry; the newlines inside stay, the last is not part of it.
///
/// While it reads, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP and SIGWINCH come here, unless they
/// are ignored; after it, they go where they went before.
ft_line_entry ft_line_editor_read(ft_line_editor *editor);

/// Between two reads: whether what is typed is shown at once, as terminals do by themselves.
///
/// Hidden, it breaks no line that is being drawn; it is kept, Ctrl-D too, and shows in the next entry.
/// Reading ends it.
void ft_line_editor_hide_typing(ft_line_editor *editor, bool is_hidden);

/// Puts a text into the next entry that is read, to be edited; an earlier such text is dropped.
void ft_line_editor_prefill(ft_line_editor *editor, const char *text, size_t length);

/// Shows lines above the entry, which stays as it is; from any thread, at any time.
void ft_line_editor_print(ft_line_editor *editor, const char *text, size_t length);

#endif
