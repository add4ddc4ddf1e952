/* zlib, of which only the widening of deflated bytes is used; its initialiser is a macro. */
#include <zlib.h>

static inline int ft_inflate_begin(z_stream *stream, int is_gzip) {
  /* With the header of gzip, or without any, as zip files keep them. */
  return inflateInit2(stream, is_gzip ? MAX_WBITS + 16 : -MAX_WBITS);
}
