import Autograd
import Checkpoints
import Models
import Tensors

/// What an adapter does to tensors, beside adding to the output of layers.
extension AdapterReader {
  mutating func readChanges() throws(AdapterError) {
    let linears = Set(terms.map(\.linear.path))
    for module in directory.adaptedModules where !linears.contains(module) {
      try readChange(of: module)
    }
    for entry in directory.tensors where entry.replaced != nil { try readWhole(entry) }
  }

  private mutating func readChange(of module: String) throws(AdapterError) {
    // There is one: ``checkModules()`` looked.
    guard let site = sites.site(module + ".weight") else { return }
    let roles = Set(directory.tensors.filter { $0.module == module }.map(\.role))
    switch config.kind {
    case .factors: try readFactors(module, site)
    case .elementwiseProduct, .kroneckerProduct, .sharedMatrices, .adaptiveRank:
      try readProduct(module, site)
    case .lowRank, .norms, .tokens:
      if !roles.isDisjoint(with: [.tokenRows, .onlyTokenRows]) {
        try readTokenRows(module, site)
      } else {
        try readMatrices(module, site)
      }
    }
    let unread = directory.tensors.first { entry in
      entry.module == module && entry.replaced == nil && !isRead(entry.role)
    }
    if let unread { throw .file(unread.refusal(in: directory)) }
  }

  private func isRead(_ role: AdapterTensor.Role) -> Bool {
    switch config.kind {
    case .lowRank:
      [
        .lowRankA, .lowRankB, .lowRankBias, .magnitude, .tableA, .tableB, .tokenRows,
      ].contains(role)
    case .adaptiveRank: [.adaptiveA, .adaptiveB, .rankFactors].contains(role)
    case .sharedMatrices: [.outputFactors, .rankScale].contains(role)
    case .elementwiseProduct: [.productA1, .productB1, .productA2, .productB2].contains(role)
    case .kroneckerProduct:
      [.outer, .outerA, .outerB, .inner, .innerA, .innerB].contains(role)
    case .factors: role == .factors
    case .norms: false
    case .tokens: role == .onlyTokenRows || role == .tokenRows
    }
  }

  // MARK: Tables and heads

  private mutating func readMatrices(_ module: String, _ site: Site) throws(AdapterError) {
    let plan = sites.plan(site)
    let isTable = sites.isTable(site)
    guard let a = directory.entry(isTable ? .tableA : .lowRankA, of: module),
      let b = directory.entry(isTable ? .tableB : .lowRankB, of: module), plan.shape.count == 2
    else {
      throw .file(
        .unpairedAdapter(
          module: module, path: directory.path,
          missing: isTable ? "pair of lora_embedding_A and _B" : "pair of lora_A and lora_B"))
    }
    if directory.entry(.lowRankBias, of: module) != nil { throw .biasOfHead(module: module) }
    if site == .head, config.keepsTies { return keepCopies(a, b) }
    let (rows, columns) = (plan.shape[0], plan.shape[1])
    let matrices = try lowRank(
      module, a, b, inputs: isTable ? rows : columns, outputs: isTable ? columns : rows)
    add(
      site,
      LowRankWeights(
        a: matrices.a, b: matrices.b, magnitude: matrices.magnitude, scale: matrices.scale,
        isTable: isTable),
      isOfBoth: config.keepsTies)
  }

  /// The head's matrices are the table's, turned: peft writes them twice.
  private mutating func keepCopies(_ a: AdapterTensor, _ b: AdapterTensor) {
    guard let module = sites.tableModule else { return }
    origin.copies[a.nameInPEFT] = (AdapterTensor.name(of: .tableB, module), isTurned: true)
    origin.copies[b.nameInPEFT] = (AdapterTensor.name(of: .tableA, module), isTurned: true)
  }

  // MARK: Whole tensors

  private mutating func readWhole(_ entry: AdapterTensor) throws(AdapterError) {
    guard let name = entry.replaced, let site = sites.site(name) else {
      throw .unusedTensors(names: [entry.replaced ?? entry.name])
    }
    let plan = sites.plan(site)
    let found = directory.shape(entry)
    if sites.isTable(site) || name == sites.headName, let rows = found.first,
      rows != plan.shapeInFiles.first, found.dropFirst() == plan.shapeInFiles.dropFirst()
    {
      throw .resized(tensor: name, rows: rows, expected: plan.shapeInFiles.first ?? 0)
    }
    var tensor = try tensor(entry, shape: plan.shapeInFiles)
    if site == .head, config.keepsTies, let table = sites.tableModule {
      origin.copies[entry.nameInPEFT] = (AdapterTensor.name(of: .weight, table), isTurned: false)
      return
    }
    if plan.isTurnedInFiles { tensor = tensor.turned }
    if entry.role == .baseWeight { return try checkBase(entry, tensor, site) }
    if plan.isTurnedInFiles { origin.turned.insert(entry.nameInPEFT) }
    let isOfBoth = config.keepsTies && site == .tensor(sites.tableName)
    add(
      site, ReplacedWeights(Parameter(name: entry.nameInPEFT, value: tensor)), isOfBoth: isOfBoth)
  }

  /// Takes note of the base that peft saves beside a table's or a head's matrices, which has to be
  /// the model's.
  private func checkBase(
    _ entry: AdapterTensor, _ tensor: Tensor, _ site: Site
  ) throws(AdapterError) {
    let own = sites.ownWeights(site)
    // Weights in fewer bits are never those of the file.
    guard own.format == .float32 else { return }
    guard own.tensor.values == tensor.values else {
      throw .otherBase(tensor: sites.plan(site).name)
    }
  }

  // MARK: Tokens

  private mutating func readTokenRows(_ module: String, _ site: Site) throws(AdapterError) {
    let plan = sites.plan(site)
    let role: AdapterTensor.Role = config.kind == .tokens ? .onlyTokenRows : .tokenRows
    let rows = tokenRows(of: module, site)
    if rows == nil, site == .head, let table = sites.tableModule,
      let entry = directory.entry(role, of: module)
    {
      // Where it saves tables as well, peft has the table's rows once more for a head that is one with it.
      origin.copies[entry.nameInPEFT] = (AdapterTensor.name(of: role, table), isTurned: false)
      return
    }
    guard let entry = directory.entry(role, of: module), let rows, plan.shape.count == 2 else {
      throw .file(.missingTensor(name: AdapterTensor.name(of: role, module), path: directory.path))
    }
    if let token = rows.tokens.first(where: { $0 >= plan.shape[0] }) {
      throw .unknownToken(token, module: module, rows: plan.shape[0])
    }
    let part = try part(entry, shape: [rows.tokens.count, plan.shape[1]])
    // Where the head is the table, it follows, unless it has tokens of its own.
    let hasOwn = directory.tensors.contains {
      $0.role == role && sites.site($0.module + ".weight") == .head
        && tokenRows(of: $0.module, .head) != nil
    }
    add(site, ReplacedRows(part, rows: rows.tokens), isOfBoth: site != .head && !hasOwn)
  }

  /// Which tokens of a module the config names; nil where it names none.
  private func tokenRows(of module: String, _ site: Site) -> AdapterConfig.TokenRows? {
    config.tokenRows.first { rows in
      guard let name = rows.module else { return site == .tensor(sites.tableName) }
      return TargetModules.matches(name, path: module)
    }
  }

  // MARK: Factors

  private mutating func readFactors(_ module: String, _ site: Site) throws(AdapterError) {
    let plan = sites.plan(site)
    guard let entry = directory.entry(.factors, of: module), plan.shape.count == 2 else {
      throw .unusedTensors(names: [module])
    }
    let ofInputs = directory.shape(entry).first == 1
    let part = try part(entry, shape: ofInputs ? [1, plan.shape[1]] : [plan.shape[0], 1])
    add(site, ScaledWeights(part, ofColumns: ofInputs))
    guard !ofInputs, let bias = sites.site(module + ".bias") else { return }
    add(bias, ScaledWeights(part, ofColumns: true))
  }
}

extension ModelSites {
  /// The module of the table that tokens are looked up in.
  var tableModule: String? {
    tableName.hasSuffix(".weight") ? String(tableName.dropLast(".weight".count)) : nil
  }
}

extension AdapterTensor {
  fileprivate func refusal(in directory: AdapterDirectory) -> CheckpointError {
    .unsupportedAdapter(
      path: directory.path + "/" + AdapterDirectory.weightsName, key: name, value: "there",
      reason: "an adapter of the kind \(directory.config.kind.rawValue) has no such tensor",
      remedy: .merge)
  }
}
