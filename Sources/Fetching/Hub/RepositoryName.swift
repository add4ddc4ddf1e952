/// The name of a model on the hub, `org/name`, and which state of it is meant.
package struct RepositoryName: Hashable, Sendable {
  /// Such as `HuggingFaceTB/SmolLM2-135M-Instruct`; old ones have no organisation.
  package let text: String
  /// A branch, a tag or a commit.
  package let revision: String

  /// The branch that is meant when none is said.
  static let main = "main"

  /// Reads `org/name` or `org/name@revision`; nil for what no repository can be called.
  package init?(_ text: String, revision: String? = nil) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    self.text = name
    self.revision = revision ?? (parts.count > 1 ? String(parts[1]) : Self.main)
    let words = name.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(words.count), words.allSatisfy(Self.isWord), name.utf8.count <= 96,
      !name.contains("--"), !name.contains(".."), Self.isPath(self.revision)
    else { return nil }
  }

  /// Letters, digits, `-`, `_` and `.`, the last two not at an end.
  private static func isWord(_ word: Substring) -> Bool {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, let first = word.first, let last = word.last else { return false }
    return !"-.".contains(first) && !"-.".contains(last)
  }

  /// Whether a text from outside is a path that stays inside the folder it is added to.
  static func isPath(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 500 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
      && !text.contains("\\")
      && text.split(separator: "/", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// Whether the main branch is meant, as when none is said.
  package var isMain: Bool { revision == Self.main }

  /// Whether the revision is a commit, which never changes.
  var isPinned: Bool {
    revision.utf8.count == 40 && revision.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// The folder of its models in the cache.
  var folderName: String { "models--" + text.split(separator: "/").joined(separator: "--") }
}
