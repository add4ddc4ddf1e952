// What our own keys do: Enter, the arrows, Home and End, brackets, Ctrl-D, paste.
#ifndef FT_KEYS_H
#define FT_KEYS_H

#include "editor.h"

/// Registers the editor's own functions; before ~/.editrc, which may bind them.
void ft_keys_register(EditLine *el);
/// Binds what must work; after ~/.editrc.
void ft_keys_bind(EditLine *el);
/// Enter: runs the entry when it is complete, else begins its next line.
unsigned char ft_key_enter(EditLine *el, int key);

#endif
