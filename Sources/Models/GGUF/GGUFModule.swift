/// A module of a model, under both of its names; `#` stands for a layer's number, `*` for an expert's.
package struct GGUFModule: Sendable {
  /// How the file has a module whose numbers lie in two of its tensors.
  enum Join: Sendable {
    /// Its rows come from the two in turn, as gates and factors do.
    case turns
    /// Each head's rows are those of the one, which lies turned, then those of the other.
    case heads
  }

  /// In a Hugging Face folder, such as `model.layers.#.self_attn.q_proj`.
  package let name: String
  /// In the file, such as `blk.#.attn_q`.
  let pattern: String
  /// The file's other tensor, where there are two.
  let partner: String?
  /// What the two hold.
  let join: Join

  init(_ name: String, _ pattern: String) {
    (self.name, self.pattern, partner, join) = (name, pattern, nil, .turns)
  }

  init(_ name: String, _ join: Join, of pattern: String, and partner: String) {
    (self.name, self.pattern, self.partner, self.join) = (name, pattern, partner, join)
  }

  /// Whether one tensor of the file holds the module of every expert.
  var isOfAllExperts: Bool { name.contains("*") && !pattern.contains("*") }

  /// A pattern with numbers in the places of `#` and `*`.
  static func filled(_ pattern: String, _ numbers: [String]) -> String {
    var numbers = numbers[...]
    return pattern.split(separator: ".", omittingEmptySubsequences: false)
      .map { ($0 == "#" || $0 == "*" ? numbers.popFirst() : nil) ?? String($0) }
      .joined(separator: ".")
  }

  /// A path with `#` for its first part that is a number and `*` for its second, and these numbers.
  static func numbered(_ path: String) -> (pattern: String, numbers: [String]) {
    var numbers: [String] = []
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map { part in
      guard numbers.count < 2, !part.isEmpty, part.allSatisfy(\.isWholeNumber) else {
        return String(part)
      }
      numbers.append(String(part))
      return numbers.count == 1 ? "#" : "*"
    }
    return (parts.joined(separator: "."), numbers)
  }
}
