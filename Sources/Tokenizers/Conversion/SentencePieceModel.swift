/// What a `tokenizer.model` of SentencePiece holds.
///
/// Source: sentencepiece_model.proto; numbers are those of its fields.
struct SentencePieceModel: Sendable {
  /// What a piece is for.
  enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// A token.
  struct Piece {
    var text = ""
    var score: Float = 0
    var kind = Kind.normal
  }

  private(set) var pieces: [Piece] = []
  /// Whether pieces are merged, best score first, rather than weighed together.
  private(set) var isBytePairs = false
  private(set) var fallsBackToBytes = false
  private(set) var unknownID = 0
  private(set) var beginID = 1
  private(set) var endID = 2
  private(set) var unknownPiece = "<unk>"
  private(set) var beginPiece = "<s>"
  private(set) var endPiece = "</s>"
  private(set) var charsmap: [UInt8] = []
  private(set) var addsDummyPrefix = true
  private(set) var removesExtraSpaces = true
  private(set) var escapesSpaces = true

  /// Reads the file.
  ///
  /// - Throws: ``TokenizerError/notSentencePiece(offset:)`` and
  ///   ``TokenizerError/malformed(path:expected:)``.
  init(_ bytes: [UInt8]) throws(TokenizerError) {
    var reader = ProtobufReader(bytes[...])
    while let (field, value) = try reader.next() {
      guard case .bytes(let message) = value else { continue }
      switch field {
      case 1: try addPiece(message)
      case 2: try readTrainer(message)
      case 3: try readNormalizer(message)
      default: break
      }
    }
    guard !pieces.isEmpty else { throw .notSentencePiece(offset: 0) }
    guard pieces.indices.contains(unknownID) else {
      throw .unknownIdentifier(path: "tokenizer.model: unk_id", id: unknownID)
    }
  }

  private mutating func addPiece(_ message: ArraySlice<UInt8>) throws(TokenizerError) {
    var piece = Piece()
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let text)): piece.text = try Self.text(text)
      case (2, .bits(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .number(let number)):
        guard let kind = Kind(rawValue: Int(truncatingIfNeeded: number)) else {
          throw .malformed(
            path: "tokenizer.model: piece \(pieces.count)", expected: "of a kind from 1 to 6")
        }
        piece.kind = kind
      default: break
      }
    }
    guard piece.score.isFinite, pieces.count < Vocabulary.identifierLimit else {
      throw .malformed(
        path: "tokenizer.model: piece \(pieces.count)", expected: "one with a finite score")
    }
    pieces.append(piece)
  }

  private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws(TokenizerError) {
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (3, .number(let type)):
        guard type == 1 || type == 2 else {
          throw .unsupported(
            component: "kind of SentencePiece model", type: type == 3 ? "word" : "char",
            supported: ["unigram", "bpe"])
        }
        isBytePairs = type == 2
      case (35, .number(let flag)): fallsBackToBytes = flag != 0
      case (40, .number(let id)): unknownID = Int(truncatingIfNeeded: id)
      case (41, .number(let id)): beginID = Int(truncatingIfNeeded: id)
      case (42, .number(let id)): endID = Int(truncatingIfNeeded: id)
      case (45, .bytes(let text)): unknownPiece = try Self.text(text)
      case (46, .bytes(let text)): beginPiece = try Self.text(text)
      case (47, .bytes(let text)): endPiece = try Self.text(text)
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ message: ArraySlice<UInt8>) throws(TokenizerError) {
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .bytes(let bytes)): charsmap = Array(bytes)
      case (3, .number(let flag)): addsDummyPrefix = flag != 0
      case (4, .number(let flag)): removesExtraSpaces = flag != 0
      case (5, .number(let flag)): escapesSpaces = flag != 0
      default: break
      }
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .notSentencePiece(offset: bytes.startIndex)
    }
    return text
  }
}
