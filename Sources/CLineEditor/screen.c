#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

void ft_screen_write(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written > 0) {
      bytes += written;
      length -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};
      poll(&terminal, 1, 1000);
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

void ft_screen_enter_edit_mode(ft_line_editor *editor) {
  if (!editor->plain) ft_screen_write("\033[?2004h", 8);
  el_set(editor->el, EL_PREP_TERM, 1);
}

void ft_screen_leave_edit_mode(ft_line_editor *editor) {
  if (!editor->plain) ft_screen_write("\033[?2004l", 8);
  el_set(editor->el, EL_PREP_TERM, 0);
}

static struct winsize size(void) {
  struct winsize window = {0};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) window.ws_col = 80;
  if (window.ws_row == 0) window.ws_row = 24;
  return window;
}

int ft_screen_columns(void) { return size().ws_col; }

int ft_screen_width(wchar_t character) {
  if (character < 0x20 || character == 0x7F) return 2;  // as ^A
  int width = wcwidth(character);
  if (width >= 0) return width;
  return character > 0xFFFF ? 8 : 7;  // as \U+1234
}

/// A place on the screen, counted from where the prompt began.
typedef struct {
  int row;
  int column;
} place;

static void advance(place *at, wchar_t character, int columns) {
  if (character == L'\n') {
    at->row++;
    at->column = 0;
    return;
  }
  int width = character == L'\t' ? 8 - at->column % 8 : ft_screen_width(character);
  if (at->column + width > columns) {
    at->row++;
    at->column = 0;
  }
  at->column += width;
  if (at->column >= columns) {
    at->row++;
    at->column = 0;
  }
}

/// The place of the entry's character at `end`.
static place place_of(ft_line_editor *editor, const wchar_t *end) {
  place at = {0};
  int columns = ft_screen_columns();
  wchar_t *prompt = ft_wide_from_utf8(editor->prompt.bytes, editor->prompt.length);
  bool is_hidden = false;
  for (wchar_t *c = prompt; c != NULL && *c != L'\0'; c++) {
    if (*c == L'\1') is_hidden = !is_hidden;
    else if (!is_hidden) advance(&at, *c, columns);
  }
  free(prompt);
  for (const wchar_t *c = el_wline(editor->el)->buffer; c < end; c++) advance(&at, *c, columns);
  return at;
}

void ft_screen_erase_entry(ft_line_editor *editor) {
  if (editor->plain) {
    ft_screen_write("\r\n", 2);
    return;
  }
  int row = place_of(editor, el_wline(editor->el)->cursor).row;
  int last = size().ws_row - 1;
  if (row > last) row = last;
  char sequence[32];
  int length = row > 0 ? snprintf(sequence, sizeof sequence, "\r\033[%dA\033[J", row)
                       : snprintf(sequence, sizeof sequence, "\r\033[J");
  ft_screen_write(sequence, (size_t)length);
}

void ft_screen_leave_entry(ft_line_editor *editor, const char *mark) {
  char sequence[64];
  const LineInfoW *line = el_wline(editor->el);
  place cursor = place_of(editor, line->cursor), end = place_of(editor, line->lastchar);
  int length = 0;
  if (!editor->plain && end.row > cursor.row) {
    length = snprintf(sequence, sizeof sequence, "\033[%dB", end.row - cursor.row);
  }
  if (!editor->plain) {
    length += snprintf(
        sequence + length, sizeof sequence - (size_t)length, "\033[%dG", end.column + 1);
  }
  length += snprintf(sequence + length, sizeof sequence - (size_t)length, "%s\r\n", mark);
  ft_screen_write(sequence, (size_t)length);
}

void ft_screen_draw_entry(ft_line_editor *editor) { el_set(editor->el, EL_REFRESH); }
