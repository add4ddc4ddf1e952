/// Which files of a repository make a model here.
enum HubFiles {
  static func isGGUF(_ name: String) -> Bool { name.lowercased().hasSuffix(".gguf") }

  /// The files to fetch of those there are.
  ///
  /// Config, tokenizer, templates, and weights as safetensors; or, of a repository without those, its
  /// GGUF file. `asked` names one file of weights.
  static func chosen(
    of names: [String], repository: String, asked: String?
  ) throws(FetchError) -> [String] {
    if let asked {
      guard names.contains(asked) else { throw .repository(repository, .noFile(asked)) }
      return isGGUF(asked) ? [asked] : Array(Set(names.filter(isSmall) + [asked])).sorted()
    }
    let tensors = names.filter(isTensors)
    if !tensors.isEmpty { return (names.filter(isSmall) + tensors).sorted() }
    let files = names.filter(isGGUF)
    // The parts of one model in several files have a number each.
    let models = Set(files.map { $0.replacing(/-\d{5}-of-\d{5}/, with: "") })
    switch models.count {
    case 0:
      let endings = [".bin", ".pt", ".pth", ".pkl", ".ckpt"]
      throw .repository(
        repository,
        .noModel(pickles: names.contains { name in endings.contains { name.hasSuffix($0) } }))
    case 1: return files.sorted()
    default: throw .repository(repository, .choice(files.sorted()))
    }
  }

  /// Weights that the small files belong to: at the top, and not those of another format beside.
  private static func isTensors(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && !name.hasPrefix("consolidated")
      && (!name.contains("/") || isModule(name))
  }

  private static func isSmall(_ name: String) -> Bool {
    let ending = name.split(separator: ".").last ?? ""
    let isKnown =
      ["json", "jinja", "txt", "model", "tiktoken"].contains(ending) || name == "LICENSE"
      || name == "README.md"
    guard isKnown else { return false }
    return !name.contains("/") || isModule(name) || name.hasPrefix("additional_chat_templates/")
  }

  /// Whether it belongs to a part of a model for sentences, such as `1_Pooling/config.json`.
  private static func isModule(_ name: String) -> Bool {
    let folders = name.split(separator: "/")
    guard folders.count == 2, let digits = folders[0].split(separator: "_").first else {
      return false
    }
    return folders[0].contains("_") && digits.allSatisfy(\.isNumber)
  }
}
