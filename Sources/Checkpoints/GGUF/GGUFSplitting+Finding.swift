import Serialization

/// The name of a way to cut texts into words, from a tokenizer.json.
extension GGUFSplitting {
  /// The way that does what a `pre_tokenizer` and a `normalizer` do; nil when llama.cpp has none.
  ///
  /// llama.cpp normalizes nothing, so that what a tokenizer does there only decides between ways that
  /// are the same otherwise.
  static func of(
    _ preTokenizer: JSONValue, normalizer: JSONValue, ignoresMerges: Bool
  ) -> GGUFSplitting? {
    guard let patterns = patterns(of: preTokenizer) else { return nil }
    let fitting = all.filter {
      Self.patterns(of: $0.preTokenizer) == patterns && $0.ignoresMerges == ignoresMerges
    }
    return fitting.first { $0.normalizer == normalizer } ?? fitting.first
  }

  /// The patterns by which a pre-tokenizer cuts, one after the other; nil when it does more.
  private static func patterns(of step: JSONValue) -> [String]? {
    switch step["type"]?.string {
    case "Sequence":
      var all: [String] = []
      for part in step["pretokenizers"]?.array ?? [] {
        guard let patterns = patterns(of: part) else { return nil }
        all += patterns
      }
      return all
    case "Split":
      let isInverted = step["invert"]?.bool ?? false
      guard step["behavior"]?.string == (isInverted ? "Removed" : "Isolated") else { return nil }
      return step["pattern"]?["Regex"]?.string.map { [$0] }
    case "Digits": return [step["individual_digits"]?.bool == true ? "digit" : "digits"]
    case "Punctuation": return ["marks \(step["behavior"]?.string ?? "")"]
    case "ByteLevel":
      guard step["add_prefix_space"]?.bool != true else { return nil }
      return step["use_regex"]?.bool == false ? [] : ["words of bytes"]
    default: return nil
    }
  }
}
