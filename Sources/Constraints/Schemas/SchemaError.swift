package import Serialization

/// Why answers cannot be held to a schema.
///
/// Places are JSON pointers, such as `#/properties/name`.
package enum SchemaError: Error, Hashable, Sendable {
  /// The text is not JSON.
  case notJSON(JSONError)
  /// A keyword has a value that it cannot have.
  case malformed(place: String, expected: String)
  /// A keyword that no answer can be held to.
  case unsupported(keyword: String, place: String)
  /// Two keywords that an answer cannot be held to together.
  case notTogether(String, String, place: String)
  /// A format of texts that is not known; `known` are.
  case unknownFormat(String, place: String, known: [String])
  /// A regular expression that cannot be followed; `offset` counts its characters.
  case pattern(String, place: String, offset: Int, reason: String)
  /// A reference to nothing.
  case noSuchReference(String, place: String)
  /// No value fits.
  case unfulfillable(place: String)
  /// A value might fit several of those of which it has to fit one.
  case overlapping(place: String)
  /// What the schema takes is more than `limit` rules, or deeper than can be followed.
  case tooLarge(limit: Int)

  /// One sentence saying what was found and what was wanted.
  package var message: String {
    switch self {
    case .notJSON(let error): "the schema is not JSON: \(error)"
    case .malformed(let place, let expected): "expected `\(place)` to be \(expected)"
    case .unsupported(let keyword, let place):
      "an answer cannot be held to `\(keyword)`, which stands at `\(place)`"
    case .notTogether(let one, let other, let place):
      "an answer cannot be held to `\(one)` together with `\(other)`, as `\(place)` wants"
    case .unknownFormat(let format, let place, let known):
      "the format `\(format)` at `\(place)` is not one of \(known.joined(separator: ", "))"
    case .pattern(let pattern, let place, let offset, let reason):
      "the pattern `\(pattern)` at `\(place)`, character \(offset + 1): \(reason)"
    case .noSuchReference(let reference, let place):
      "`\(place)` refers to `\(reference)`, which the schema does not have"
    case .unfulfillable(let place): "no value fits what `\(place)` wants"
    case .overlapping(let place):
      "a value might fit several of `\(place)`, and has to fit exactly one"
    case .tooLarge(let limit): "the schema is larger or deeper than \(limit) rules can say"
    }
  }

  /// What to do about it, where there is something.
  package var advice: String? {
    switch self {
    case .overlapping: "write `anyOf`, where several may fit"
    case .unsupported(let keyword, _) where keyword == "patternProperties":
      "write `additionalProperties`"
    default: nil
    }
  }
}
