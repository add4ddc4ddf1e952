package import Serialization

/// Why a tokenizer could not be read or trained.
package enum TokenizerError: Error, Hashable, Sendable {
  /// The file is not JSON.
  case notJSON(JSONError)
  /// A member of the file is missing, or not of the kind it has to be; `path` as in `model.vocab`.
  case malformed(path: String, expected: String)
  /// A part of the file is of a type that is not known here.
  case unsupported(component: String, type: String, supported: [String])
  /// An id is negative, or not below ``Vocabulary/identifierLimit``.
  case identifierOutOfRange(token: String, id: Int)
  /// Two tokens share an id.
  case duplicateIdentifier(id: Int, tokens: [String])
  /// One text has two ids.
  case duplicateToken(token: String, ids: [Int])
  /// A merge, counted from 0, names a token that the vocabulary does not have.
  case unknownMergePart(merge: Int, token: String)
  /// A part of the file, at `path`, names a token that the vocabulary does not have.
  case unknownToken(path: String, token: String)
  /// A template gives an id that no token has.
  case unknownIdentifier(path: String, id: Int)
  /// There are more merges than a rank can number.
  case tooManyMerges(count: Int, limit: Int)
  /// An added token is empty or longer than `limit` bytes.
  case addedTokenLength(token: String, bytes: Int, limit: Int)
  /// A token of a model that weighs all of them at each place is longer than `limit` bytes.
  case tokenTooLong(token: String, bytes: Int, limit: Int)
  /// A pattern is longer than `limit` bytes.
  case patternTooLong(bytes: Int, limit: Int)
  /// A pattern is not a regular expression; `offset` counts bytes of the pattern.
  case invalidPattern(pattern: String, offset: Int, reason: String)
  /// A vocabulary to be trained has no room for the special tokens and the 256 bytes.
  case vocabularyTooSmall(size: Int, needed: Int)
}

extension TokenizerError {
  /// One sentence saying what was found and what was wanted.
  package var message: String {
    switch self {
    case .notJSON(let error): "the tokenizer file is not JSON: \(error)"
    case .malformed(let path, let expected): "expected `\(path)` to be \(expected)"
    case .unsupported(let component, let type, let supported):
      "the \(component) `\(type)` is not supported; these are: "
        + supported.joined(separator: ", ")
    case .identifierOutOfRange(let token, let id):
      "the id \(id) of token `\(token)` is not in 0..<\(Vocabulary.identifierLimit)"
    case .duplicateIdentifier(let id, let tokens):
      "the id \(id) belongs to more than one token: \(tokens.joined(separator: ", "))"
    case .duplicateToken(let token, let ids):
      "the token `\(token)` has more than one id: \(ids.map(String.init).joined(separator: ", "))"
    case .unknownMergePart(let merge, let token):
      "merge \(merge) names `\(token)`, which the vocabulary does not have"
    case .unknownToken(let path, let token):
      "`\(path)` names the token `\(token)`, which the vocabulary does not have"
    case .unknownIdentifier(let path, let id):
      "`\(path)` names the id \(id), which no token has"
    case .tooManyMerges(let count, let limit):
      "the file has \(count) merges; \(limit) is the limit"
    case .addedTokenLength(let token, let bytes, let limit):
      "the added token `\(token.prefix(40))` has \(bytes) bytes; it must have 1 to \(limit)"
    case .tokenTooLong(let token, let bytes, let limit):
      "the token `\(token.prefix(40))` has \(bytes) bytes; \(limit) is the limit"
    case .patternTooLong(let bytes, let limit):
      "a pattern has \(bytes) bytes; \(limit) is the limit"
    case .invalidPattern(let pattern, let offset, let reason):
      "the pattern `\(pattern.prefix(80))` fails at byte \(offset): \(reason)"
    case .vocabularyTooSmall(let size, let needed):
      "a vocabulary of \(size) is too small; the bytes and special tokens alone are \(needed)"
    }
  }
}
