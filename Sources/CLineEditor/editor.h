// The editor that all its files work on; not seen outside.
#ifndef FT_EDITOR_H
#define FT_EDITOR_H

// For wcwidth and pipe2: so this header comes first.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <histedit.h>
#include <pthread.h>
#include <wchar.h>

#include "text.h"

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

#endif
