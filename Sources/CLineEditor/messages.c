#include "messages.h"

#include "screen.h"
#include "wake.h"

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

void ft_messages_show_above_entry(ft_line_editor *editor) {
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
  if (editor->is_reading) ft_wake_for_messages();
  else write_messages(editor);
  pthread_mutex_unlock(&editor->lock);
}

void ft_messages_set_reading(ft_line_editor *editor, bool is_reading) {
  pthread_mutex_lock(&editor->lock);
  editor->is_reading = is_reading;
  write_messages(editor);
  pthread_mutex_unlock(&editor->lock);
}

bool ft_messages_is_reading(ft_line_editor *editor) {
  pthread_mutex_lock(&editor->lock);
  bool is_reading = editor->is_reading;
  pthread_mutex_unlock(&editor->lock);
  return is_reading;
}
