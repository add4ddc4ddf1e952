package import Language
import Reporting
package import Session

/// The command `embed "A cat sat there."`.
package struct Embed: Command {
  package static let signature = Signature(
    "embed", "Make a vector of a text, or tell how alike two texts are.",
    details: [
      "The vector is made of the model's last hidden states as its folder says: `modules.json` of "
        + "sentence-transformers names the pooling, dense layers and whether its length is 1. A "
        + "folder without it gives the mean over all tokens, as there.",
      "`with` compares two texts by the cosine of the angle between their vectors: 1 where they point "
        + "the same way, 0 where they have nothing in common.",
    ],
    patterns: ["<text:text> {with <other:text>}"],
    slots: ["other": .about("a text to compare it with")],
    needs: ["model"],
    synonyms: ["encode", "vector", "embedding", "similarity"],
    result: [
      .init("vector", "its numbers"), .init("width", "how many there are"),
      .init("similarity", "the cosine, -1 to 1", when: "of two texts"),
    ],
    examples: [
      "embed \"A cat sat there.\"", "embed \"A cat sat there.\" with \"There was a cat.\"",
    ], seeAlso: ["load model", "search", "classify"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let texts = [call.text("text") ?? ""] + (call.text("other").map { [$0] } ?? [])
    let vectors = try session.embed(texts)
    let first = vectors.first ?? []
    var value: Record = [
      "vector": .list(first.map { .number(Double($0)) }), "width": .integer(first.count),
    ]
    var line = "\(first.count) numbers, length \(Wording.digits(length(first)))"
    if let other = vectors.dropFirst().first {
      let similarity = dot(first, other) / max(length(first) * length(other), 1e-12)
      value["similarity"] = .number(similarity)
      line = "similarity \(Wording.digits(similarity)) of two vectors of \(first.count) numbers"
    }
    session.show(.report(.text(line)))
    return .record(value)
  }

  private static func length(_ vector: [Float]) -> Double { dot(vector, vector).squareRoot() }

  private static func dot(_ one: [Float], _ other: [Float]) -> Double {
    zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
