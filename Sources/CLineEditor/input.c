// Characters from the terminal, and what may come between two of them: signals and messages.
//
// libedit's own signal handling sends each signal to the whole process group, and its reader
// cannot be woken. Here a handler writes the signal's number to a pipe, and the reader waits for
// the terminal and the pipe at once.
#include "editor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
enum { taken_count = sizeof taken / sizeof taken[0] };

static struct sigaction before[taken_count];
/// The pipe's ends; the handler needs them, so they are no part of an editor.
static int wake_reader = -1;
static int wake_writer = -1;

static void write_to_pipe(unsigned char byte) {
  int saved = errno;
  // A full pipe wakes the reader as well.
  ssize_t written = write(wake_writer, &byte, 1);
  (void)written;
  errno = saved;
}

static void handle(int signal) { write_to_pipe((unsigned char)signal); }

void ft_input_wake(void) { write_to_pipe(0); }

void ft_input_press(ft_line_editor *editor, const char *sequence) {
  size_t length = strlen(sequence), waiting = editor->input_end - editor->input_start;
  if (length + waiting > sizeof editor->input) return;
  memmove(editor->input + length, editor->input + editor->input_start, waiting);
  memcpy(editor->input, sequence, length);
  editor->input_start = 0;
  editor->input_end = length + waiting;
}

bool ft_input_open(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  wake_reader = ends[0];
  wake_writer = ends[1];
  return true;
}

void ft_input_close(void) {
  close(wake_reader);
  close(wake_writer);
  wake_reader = wake_writer = -1;
}

static void take(int index) {
  struct sigaction action = {0};
  action.sa_handler = handle;
  sigfillset(&action.sa_mask);
  sigaction(taken[index], NULL, &before[index]);
  // What is ignored stays so: such as SIGHUP under nohup.
  if (before[index].sa_handler != SIG_IGN) sigaction(taken[index], &action, NULL);
}

void ft_input_take_signals(void) {
  for (int i = 0; i < taken_count; i++) take(i);
}

void ft_input_return_signals(void) {
  for (int i = 0; i < taken_count; i++) sigaction(taken[i], &before[i], NULL);
}

void ft_input_enter_edit_mode(ft_line_editor *editor) {
  if (!editor->plain) ft_screen_write("\033[?2004h", 8);
  el_set(editor->el, EL_PREP_TERM, 1);
}

void ft_input_leave_edit_mode(ft_line_editor *editor) {
  if (!editor->plain) ft_screen_write("\033[?2004l", 8);
  el_set(editor->el, EL_PREP_TERM, 0);
}

/// Ctrl-Z: gives the terminal back, stops, and goes on when the shell says so.
static void suspend(ft_line_editor *editor) {
  ft_screen_leave_entry(editor, "");
  ft_input_leave_edit_mode(editor);
  ft_input_return_signals();
  raise(SIGTSTP);
  ft_input_take_signals();
  ft_input_enter_edit_mode(editor);
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
  ssize_t count = read(wake_reader, events, sizeof events);
  for (ssize_t i = 0; i < count && !editor->has_ended; i++) {
    switch (events[i]) {
      case 0: ft_show_messages_above_entry(editor); break;
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
        {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = wake_reader, .events = POLLIN}};
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
