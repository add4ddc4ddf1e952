/// Decodes a token for each stretch of a recording: repeated ones are one, and a token parts those
/// that are not.
///
/// Source: Graves et al. 2006, connectionist temporal classification, section 3.1.
struct AlignmentDecoder: Sendable {
  private let padding: [UInt8]
  private let wordDelimiter: [UInt8]
  private let cleansUp: Bool

  init(_ section: FileSection) throws(TokenizerError) {
    padding = Array((try section.optionalString("pad_token") ?? "<pad>").utf8)
    wordDelimiter = Array((try section.optionalString("word_delimiter_token") ?? "|").utf8)
    cleansUp = try section.bool("cleanup", default: true)
  }

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    for (index, token) in tokens.enumerated() where index == 0 || token != tokens[index - 1] {
      var piece = token.replacing(padding, with: [])
      if cleansUp {
        piece = EnglishCleanup.clean(piece)
        piece = piece.replacing(wordDelimiter, with: [UInt8(ascii: " ")])
      }
      if !piece.isEmpty { pieces.append(piece) }
    }
    return pieces
  }
}
