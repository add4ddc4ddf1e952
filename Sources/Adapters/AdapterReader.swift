import Autograd
import Checkpoints
import Models
import Tensors

/// Reads the parts of an adapter's folder, and finds each its place in a model.
///
/// Every tensor of the file must find its place, and be for a module that the config means: what
/// peft would leave out without a word is an error here.
struct AdapterReader {
  let directory: AdapterDirectory
  let sites: ModelSites
  let rule: ModuleRule
  let settings: LowRankSettings
  var terms: [(linear: Linear, term: LowRankTerm)] = []
  private(set) var changes: [PlacedChange] = []
  var origin: AdapterOrigin

  var config: AdapterConfig { directory.config }
  var device: any Device { sites.model.device }

  /// Reads everything, changing nothing in the model.
  init(_ directory: AdapterDirectory, for model: Transformer) throws(AdapterError) {
    let modelConfig = model.config
    let sites = ModelSites(model)
    self.directory = directory.renamed { name in
      let own = modelConfig.ownName(name)
      // One for vectors was trained on a model without a head, whose names are shorter.
      let isKnown = sites.site(own + ".weight") != nil
      return isKnown || directory.config.taskType != AdapterConfig.vectorTask
        ? own : modelConfig.nameWithPrefix(own)
    }
    self.sites = sites
    let config = directory.config
    rule = try Self.file { () throws(CheckpointError) in
      try ModuleRule(config, path: directory.path, nameInPEFT: modelConfig.otherName)
    }
    settings = LowRankSettings(
      rank: config.rank, alpha: config.alpha, dropout: config.dropout,
      targets: .named(self.directory.adaptedModules),
      isRankStabilized: config.usesRankStabilization,
      isDecomposed: config.usesDecomposition)
    origin = AdapterOrigin(config: config, baseHash: directory.baseHash)
    try checkModules()
    try checkWholeModules()
    try readTerms()
    try readExperts()
    try readChanges()
    let places = changes.map(\.site)
    if let twice = places.first(where: { site in places.filter { $0 == site }.count > 1 }) {
      throw .changedTwice(tensor: sites.plan(twice).name)
    }
  }

  /// Does what reads files, its errors being the adapter's.
  static func file<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(AdapterError) -> Result {
    do throws(CheckpointError) { return try body() } catch { throw .file(error) }
  }

  // MARK: Whether file, config and model belong together

  /// Refuses modules that the model does not have, or the config does not mean.
  private func checkModules() throws(AdapterError) {
    let linears = Set(sites.model.linears.map(\.path))
    let ofAllExperts = Set(Self.experts(of: sites.model).flatMap(Self.modules))
    let modules = directory.adaptedModules.filter { !ofAllExperts.contains($0) }
    let unknown = modules.filter { sites.site($0 + ".weight") == nil }
    guard unknown.isEmpty else { throw .unusedTensors(names: unknown) }
    guard config.kind != .tokens else { return }
    let strange = modules.first { module in
      let isOfTokens = directory.entry(.tokenRows, of: module) != nil
      let isTiedHead = config.keepsTies && module + ".weight" == sites.headName
      return !isOfTokens && !isTiedHead && !rule.means(module, isLinear: linears.contains(module))
    }
    guard let strange else { return }
    throw .file(
      .unsupported(
        path: directory.path, key: "target_modules", value: config.targets.text,
        reason: "the file also has matrices of `\(strange)`"))
  }

  /// Refuses a file without a module that the config says is trained whole: peft would go on from
  /// the base's.
  private func checkWholeModules() throws(AdapterError) {
    let (whole, ofModel) = (directory.wholeTensors, sites.model.tensors.map(\.plan.name))
    // A name that no module has, as each classifier has one of two, says nothing.
    let missing = config.modulesToSave.first { saved in
      let isThere = ([sites.headName] + ofModel).contains { $0.contains(saved + ".") }
      return isThere && !whole.contains { $0.contains(saved + ".") }
    }
    if let missing { throw .missingModule(missing, path: directory.path) }
  }

  // MARK: Layers with matrices beside them

  private mutating func readTerms() throws(AdapterError) {
    guard config.kind == .lowRank else { return }
    for linear in sites.model.linears {
      guard let a = directory.entry(.lowRankA, of: linear.path),
        let b = directory.entry(.lowRankB, of: linear.path)
      else { continue }
      let matrices = try lowRank(
        linear.path, a, b, inputs: linear.inputWidth, outputs: linear.outputWidth)
      let bias = try part(.lowRankBias, of: linear.path, shape: [linear.outputWidth])
      terms.append(
        (
          linear,
          LowRankTerm(
            a: matrices.a, b: matrices.b, magnitude: matrices.magnitude, bias: bias,
            scale: matrices.scale, dropout: Float(settings.dropout), index: terms.count)
        ))
      try readStart(linear)
    }
  }

  /// What the matrices of a layer took out of the base when they began.
  private mutating func readStart(_ linear: Linear) throws(AdapterError) {
    guard config.start != .plain else { return }
    guard case .float32 = sites.model.weightFormat else { throw .needsPlainBase(config.start.name) }
    guard
      let taken = config.start.taken(
        from: linear, rank: rule.rank(of: linear.path), scale: scale(of: linear.path))
    else { throw .needsPlainBase(config.start.name) }
    changes.append(
      PlacedChange(site: .tensor(linear.weight.name), change: AddedWeights(taken)))
  }

  typealias Matrices = (a: Parameter, b: Parameter, magnitude: Parameter?, scale: Float)

  /// The matrices of a module, whose weights are `[outputs, inputs]`.
  func lowRank(
    _ module: String, _ a: AdapterTensor, _ b: AdapterTensor, inputs: Int, outputs: Int
  ) throws(AdapterError) -> Matrices {
    let rank = rule.rank(of: module)
    let (foundA, foundB) = (directory.shape(a), directory.shape(b))
    guard foundA.last == inputs, foundB.first == outputs else {
      throw .file(
        .wrongShape(
          tensor: a.nameInPEFT, path: directory.path,
          found: [foundB.first ?? 0, foundA.last ?? 0], expected: [outputs, inputs]))
    }
    // The scale is alpha / rank: of two ranks that disagree, one would give a wrong one.
    let magnitude =
      config.usesDecomposition ? try part(.magnitude, of: module, shape: [outputs]) : nil
    if config.usesDecomposition, magnitude == nil {
      throw .file(
        .unpairedAdapter(
          module: module, path: directory.path, missing: "lora_magnitude_vector, [\(outputs)]"))
    }
    return (
      try part(a, shape: [rank, inputs]), try part(b, shape: [outputs, rank]), magnitude,
      scale(of: module)
    )
  }

  func scale(of module: String) -> Float {
    settings.scale(rank: rule.rank(of: module), alpha: rule.alpha(of: module))
  }

  // MARK: Parts

  /// A learned tensor of the file.
  func part(_ entry: AdapterTensor, shape: [Int]? = nil) throws(AdapterError) -> Parameter {
    Parameter(name: entry.nameInPEFT, value: try tensor(entry, shape: shape))
  }

  /// A module's learned tensor of a role; nil where the file has none.
  func part(
    _ role: AdapterTensor.Role, of module: String, shape: [Int]
  ) throws(AdapterError) -> Parameter? {
    guard let entry = directory.entry(role, of: module) else { return nil }
    return try part(entry, shape: shape)
  }

  func tensor(_ entry: AdapterTensor, shape: [Int]? = nil) throws(AdapterError) -> Tensor {
    try Self.file { () throws(CheckpointError) in
      try directory.tensor(entry, shape: shape, on: device)
    }
  }

  mutating func add(_ site: Site, _ change: any WeightChange, isOfBoth: Bool = false) {
    changes.append(PlacedChange(site: site, change: change, isOfBoth: isOfBoth))
  }
}

extension AdapterConfig.Targets {
  /// What the config says, for messages.
  fileprivate var text: String {
    switch self {
    case .modules(let names): names.isEmpty ? "empty" : names.joined(separator: ", ")
    case .pattern(let pattern): pattern
    }
  }
}
