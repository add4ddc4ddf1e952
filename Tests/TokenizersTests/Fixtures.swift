import Foundation
import Serialization
import Tokenizers

/// What lies in `Fixtures`, made by scripts/dev/fixtures/tokenizer.py with tokenizers 0.23.3.
enum Fixtures {
  /// A text, and what the reference makes of it.
  struct Golden {
    let text: String
    let ids: [Int32]
    let idsWithSpecialTokens: [Int32]
    /// The bytes of the text that each id stands for, whole characters.
    let places: [Range<Int>]
    let decoded: String
  }

  /// The tokenizers that the reference was asked about.
  static let names = (try? JSONValue(parsing: bytes("goldens")))?.object?.keys ?? []

  /// Returns the tokenizer of `name`.json.
  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(fileContents: bytes(name))
  }

  /// Returns what the reference makes of all texts with the tokenizer `name`.
  static func goldens(_ name: String) throws -> [Golden] {
    let file = try JSONValue(parsing: bytes("goldens"))
    return (file[name]?.array ?? []).map { golden in
      Golden(
        text: golden["text"]?.string ?? "", ids: ids(golden["ids"]),
        idsWithSpecialTokens: ids(golden["idsWithSpecialTokens"]),
        places: places(golden["places"]),
        decoded: golden["decoded"]?.string ?? "")
    }
  }

  /// What the reference makes of special tokens that are added to a tokenizer.
  struct Added {
    let tokens: [String]
    let ids: [Int32]
    /// The largest id + 1.
    let size: Int
    /// A text with the tokens in it, and its ids.
    let text: String
    let textIDs: [Int32]
  }

  /// Returns what the reference adds to the tokenizer `name`.
  static func added(_ name: String) throws -> Added {
    let golden = try JSONValue(parsing: bytes("added"))[name]
    return Added(
      tokens: (golden?["tokens"]?.array ?? []).compactMap(\.string), ids: ids(golden?["ids"]),
      size: golden?["size"]?.int ?? 0, text: golden?["text"]?.string ?? "",
      textIDs: ids(golden?["textIDs"]))
  }

  private static func places(_ value: JSONValue?) -> [Range<Int>] {
    (value?.array ?? []).map { place in
      let bounds = (place.array ?? []).compactMap(\.int)
      return bounds.count == 2 ? bounds[0]..<bounds[1] : 0..<0
    }
  }

  private static func ids(_ value: JSONValue?) -> [Int32] {
    (value?.array ?? []).compactMap { $0.int.flatMap(Int32.init(exactly:)) }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return Array(try Data(contentsOf: folder.appending(path: "\(name).json")))
  }
}

/// A `tokenizer.json` with a few tokens, some of whose parts a test replaces.
func file(
  vocabulary: String = #"{"a": 0, "b": 1, "ab": 2, "<0x61>": 3}"#, merges: String = #"["a b"]"#,
  model: String = #""type": "BPE""#, parts: String = #""normalizer": null"#
) -> [UInt8] {
  Array(
    #"{\#(parts), "model": {\#(model), "vocab": \#(vocabulary), "merges": \#(merges)}}"#.utf8)
}
