#include "input.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "entry.h"
#include "messages.h"
#include "screen.h"
#include "wake.h"

void ft_input_press(ft_line_editor *editor, const char *sequence) {
  size_t length = strlen(sequence), waiting = editor->input_end - editor->input_start;
  if (length + waiting > sizeof editor->input) return;
  memmove(editor->input + length, editor->input + editor->input_start, waiting);
  memcpy(editor->input, sequence, length);
  editor->input_start = 0;
  editor->input_end = length + waiting;
}

/// Ctrl-Z: gives the terminal back, stops, and goes on when the shell says so.
static void suspend(ft_line_editor *editor) {
  ft_screen_leave_entry(editor, "");
  ft_screen_leave_edit_mode(editor);
  ft_wake_return_signals();
  raise(SIGTSTP);
  ft_wake_take_signals();
  ft_screen_enter_edit_mode(editor);
  ft_screen_draw_entry(editor);
}

static void resize(ft_line_editor *editor) {
  ft_screen_erase_entry(editor);
  el_resize(editor->el);
  ft_screen_draw_entry(editor);
}

static void end(ft_line_editor *editor, ft_line_ending ending, int signal) {
  editor->has_ended = true;
  editor->ending = ending;
  editor->signal = signal;
}

/// Does what the bytes in the pipe stand for.
static void handle_events(ft_line_editor *editor) {
  unsigned char events[256];
  ssize_t count = read(ft_wake_reader(), events, sizeof events);
  for (ssize_t i = 0; i < count && !editor->has_ended; i++) {
    switch (events[i]) {
      case 0: ft_messages_show_above_entry(editor); break;
      case SIGINT:
        // What was typed ahead belongs to what is dropped.
        editor->input_start = editor->input_end = 0;
        end(editor, FT_LINE_INTERRUPTED, SIGINT);
        break;
      case SIGTSTP: suspend(editor); break;
      case SIGWINCH: resize(editor); break;
      default: end(editor, FT_LINE_SIGNAL, events[i]);
    }
  }
}

/// The next byte, or -1 when reading has ended.
static int next_byte(ft_line_editor *editor) {
  while (!editor->has_ended && editor->input_start == editor->input_end) {
    struct pollfd sources[] = {
        {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = ft_wake_reader(), .events = POLLIN}};
    if (poll(sources, 2, -1) < 0 && errno != EINTR) end(editor, FT_LINE_HANGUP, 0);
    if (sources[1].revents != 0) {
      handle_events(editor);
    } else if (sources[0].revents != 0) {
      ssize_t count = read(STDIN_FILENO, editor->input, sizeof editor->input);
      if (count > 0) {
        editor->input_start = 0;
        editor->input_end = (size_t)count;
      } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        end(editor, FT_LINE_HANGUP, 0);
      }
    }
  }
  return editor->has_ended ? -1 : editor->input[editor->input_start++];
}

int ft_input_character(EditLine *el, wchar_t *character) {
  ft_line_editor *editor = ft_editor_of(el);
  static const wchar_t least[] = {0, 0x80, 0x800, 0x10000};
  int lead = next_byte(editor);
  if (lead < 0) return -1;
  int more = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2
                                                               : lead < 0xF5 ? 3 : -1;
  wchar_t c = more <= 0 ? lead : lead & (0x3F >> more);
  int left = more;
  for (; left > 0; left--) {
    int byte = next_byte(editor);
    if (byte < 0) return -1;
    if ((byte & 0xC0) != 0x80) {
      // Not a continuation: it begins the next character.
      editor->input_start--;
      break;
    }
    c = c << 6 | (byte & 0x3F);
  }
  bool is_valid = left == 0 && c >= least[more] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
  *character = is_valid ? c : 0xFFFD;
  return 1;
}
