// Text of growing length, and its way between UTF-8 and wide characters.
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool ft_text_append(ft_text *text, const char *bytes, size_t length) {
  if (length > SIZE_MAX / 2 - text->length - 1) return false;
  size_t needed = text->length + length + 1;
  if (needed > text->capacity) {
    size_t capacity = needed * 2;
    char *grown = realloc(text->bytes, capacity);
    if (grown == NULL) return false;
    text->bytes = grown;
    text->capacity = capacity;
  }
  if (length > 0) memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = '\0';
  return true;
}

void ft_text_clear(ft_text *text) {
  text->length = 0;
  if (text->bytes != NULL) text->bytes[0] = '\0';
}

/// Writes the UTF-8 of a character, U+FFFD for what is none, and returns its length.
static size_t encode(wchar_t character, char *out) {
  uint32_t c = (uint32_t)character;
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = length - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (c & 0x3F));
    c >>= 6;
  }
  out[0] = (char)(lead[length] | c);
  return length;
}

bool ft_text_append_wide(ft_text *text, const wchar_t *characters, size_t count) {
  if (!ft_text_append(text, "", 0)) return false;
  for (size_t i = 0; i < count; i++) {
    char bytes[4];
    if (!ft_text_append(text, bytes, encode(characters[i], bytes))) return false;
  }
  return true;
}

wchar_t *ft_wide_from_utf8(const char *bytes, size_t length) {
  if (length > SIZE_MAX / sizeof(wchar_t) - 1) return NULL;
  wchar_t *wide = malloc((length + 1) * sizeof(wchar_t));
  if (wide == NULL) return NULL;
  size_t count = 0;
  for (size_t i = 0; i < length;) {
    unsigned char lead = (unsigned char)bytes[i++];
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    uint32_t c = more == 3 ? lead & 0x07 : more == 2 ? lead & 0x0F : more == 1 ? lead & 0x1F : lead;
    for (; more > 0 && i < length; more--) c = c << 6 | ((unsigned char)bytes[i++] & 0x3F);
    wide[count++] = (wchar_t)c;
  }
  wide[count] = L'\0';
  return wide;
}
