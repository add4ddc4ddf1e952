import Checkpoints

/// Which modules an adapter of a file means, and with what rank and alpha: PEFT's rules.
///
/// A name means the module of that path, and those whose paths end with a dot and it; a text in the
/// place of a list is a regular expression over whole paths. Of patterns of ranks and alphas the
/// first counts that fits a path, or how it ends after a dot.
struct ModuleRule {
  /// What is taken for a module's path.
  private enum Choice {
    case names([String])
    case pattern(ModulePattern)
    /// Every linear layer but the head.
    case allLinear

    func contains(_ path: String, isLinear: Bool) -> Bool {
      switch self {
      case .names(let names): names.contains { TargetModules.matches($0, path: path) }
      case .pattern(let pattern): pattern.matches(path)
      case .allLinear: isLinear
      }
    }
  }

  private let config: AdapterConfig
  /// What peft calls a module.
  private let nameInPEFT: (String) -> String
  private let targets: Choice
  private let excluded: Choice
  private let ranks: [(pattern: ModulePattern, value: Int)]
  private let alphas: [(pattern: ModulePattern, value: Double)]
  /// What lists of layers are called; empty for any name.
  private let lists: [ModulePattern]

  /// - Throws: `CheckpointError.unsupported` for what is no regular expression.
  init(
    _ config: AdapterConfig, path: String, nameInPEFT: @escaping (String) -> String = { $0 }
  ) throws(CheckpointError) {
    self.config = config
    self.nameInPEFT = nameInPEFT
    func pattern(_ source: String, _ key: String) throws(CheckpointError) -> ModulePattern {
      if let pattern = ModulePattern(source) { return pattern }
      throw .unsupported(
        path: path, key: key, value: shown(source),
        reason: "it is no regular expression over names of modules")
    }
    func choice(
      _ targets: AdapterConfig.Targets, _ key: String
    ) throws(CheckpointError) -> Choice {
      switch targets {
      case .modules(let names): .names(names)
      case .pattern(let source) where source.lowercased() == "all-linear": .allLinear
      case .pattern(let source): .pattern(try pattern(source, key))
      }
    }
    targets = try choice(config.targets, "target_modules")
    excluded = try choice(config.excluded, "exclude_modules")
    var ranks: [(ModulePattern, Int)] = []
    for (key, value) in config.orderedRankPattern {
      ranks.append((try pattern("(.*\\.)?(\(key))", "rank_pattern"), value))
    }
    var alphas: [(ModulePattern, Double)] = []
    for (key, value) in config.orderedAlphaPattern {
      alphas.append((try pattern("(.*\\.)?(\(key))", "alpha_pattern"), value))
    }
    (self.ranks, self.alphas) = (ranks, alphas)
    var lists: [ModulePattern] = []
    for list in config.layerLists {
      lists.append(try pattern("(.*\\.)?(\(list))", "layers_pattern"))
    }
    self.lists = lists
  }

  /// Whether the adapter is for a module; `isLinear` says that it is a linear layer and not the head.
  func means(_ module: String, isLinear: Bool) -> Bool {
    names(of: module).contains { isMeant($0, isLinear: isLinear) }
  }

  /// What a module is called here and, where that is another name, by peft.
  private func names(of module: String) -> [String] {
    let other = nameInPEFT(module)
    return other == module ? [module] : [module, other]
  }

  private func isMeant(_ path: String, isLinear: Bool) -> Bool {
    if carriesParameter(path) { return true }
    guard !isExcluded(path), targets.contains(path, isLinear: isLinear) else { return false }
    guard let layers = config.layers, case .names = targets else { return true }
    return layer(of: path).map(layers.contains) ?? false
  }

  /// Whether a tensor that the config names is the module's: its weight, or, of an expert's layer, one
  /// that peft has for all experts.
  private func carriesParameter(_ path: String) -> Bool {
    let parts = path.split(separator: ".")
    var tensors = [path + ".weight"]
    if let place = parts.lastIndex(of: "experts") {
      let module = parts[...place].joined(separator: ".")
      tensors += [module + ".gate_up_proj", module + ".down_proj"]
    }
    return config.targetParameters.contains { name in
      tensors.contains { TargetModules.matches(name, path: $0) }
    }
  }

  private func isExcluded(_ path: String) -> Bool {
    if excluded.contains(path, isLinear: false) { return true }
    // What is trained whole carries no adapter, nor what is inside it.
    return config.modulesToSave.contains { saved in
      path == saved || path.hasPrefix(saved + ".") || path.hasSuffix("." + saved)
        || path.contains("." + saved + ".")
    }
  }

  /// The number of the layer that a module is in: the first that stands after a list's name, which
  /// has to be inside something where none is given.
  private func layer(of path: String) -> Int? {
    let parts = path.split(separator: ".")
    let numbers = parts.indices.dropFirst().dropLast().compactMap { index in
      Int(parts[index]).map { (number: $0, list: parts[..<index].joined(separator: ".")) }
    }
    guard !lists.isEmpty else { return numbers.first { $0.list.contains(".") }?.number }
    let found = lists.lazy.compactMap { list in numbers.first { list.matches($0.list) } }
    return found.first?.number
  }

  /// The rank of a module.
  func rank(of path: String) -> Int {
    let names = names(of: path)
    return ranks.first { names.contains(where: $0.pattern.matches) }?.value ?? config.rank
  }

  /// The alpha of a module.
  func alpha(of path: String) -> Double {
    let names = names(of: path)
    return alphas.first { names.contains(where: $0.pattern.matches) }?.value ?? config.alpha
  }
}
