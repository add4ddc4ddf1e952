/* zlib, of which only the widening of deflated bytes is used; its initialiser is a macro. */
#include <zlib.h>

static inline int ft_inflate_begin(z_stream *stream) {
  /* Without a header, as zip files keep them. */
  return inflateInit2(stream, -MAX_WBITS);
}
