import Checkpoints
import Models
import Tensors

/// Kinds of adapters that are read and not trained: what they add is worked out once.
extension AdapterReader {
  mutating func readProduct(_ module: String, _ site: Site) throws(AdapterError) {
    for entry in directory.tensors where entry.module == module && entry.replaced == nil {
      origin.kept[entry.nameInPEFT] = try tensor(entry)
    }
    let plan = sites.plan(site)
    var added =
      switch config.kind {
      case .elementwiseProduct: try elementwiseProduct(module)
      case .kroneckerProduct: try kroneckerProduct(module)
      case .sharedMatrices: try sharedProduct(module, plan)
      default: try adaptiveProduct(module)
      }
    // The first two are of the weights as files have them, the others of the layer.
    let isOfFiles = config.kind == .elementwiseProduct || config.kind == .kroneckerProduct
    let expected = isOfFiles ? plan.shapeInFiles : plan.shape
    guard added.shape == expected else {
      throw .file(
        .wrongShape(
          tensor: module + ".weight", path: directory.path, found: added.shape,
          expected: expected))
    }
    if isOfFiles, plan.isTurnedInFiles { added = added.turned }
    add(site, AddedWeights(added))
  }

  private func elementwiseProduct(_ module: String) throws(AdapterError) -> Tensor {
    let one = try pair(.productA1, .productB1, of: module)
    let other = try pair(.productA2, .productB2, of: module)
    guard one.a.rows == other.a.rows, one.b.columns == other.b.columns else {
      throw unpaired(module, .productA2)
    }
    try checkRank(one.b, module)
    return AddedWeights.elementwiseProduct(one, other, scale: scale(of: module))
  }

  private func kroneckerProduct(_ module: String) throws(AdapterError) -> Tensor {
    func factor(
      _ whole: AdapterTensor.Role, _ a: AdapterTensor.Role, _ b: AdapterTensor.Role
    ) throws(AdapterError) -> Tensor {
      if directory.entry(whole, of: module) != nil { return try matrix(whole, of: module) }
      let pair = try pair(a, b, of: module)
      try checkRank(pair.b, module)
      return AddedWeights.product(pair.a, pair.b)
    }
    let outer = try factor(.outer, .outerA, .outerB)
    let inner = try factor(.inner, .innerA, .innerB)
    let plan = sites.plan(sites.site(module + ".weight") ?? .head)
    guard plan.shapeInFiles.count == 2,
      outer.rows.multipliedReportingOverflow(by: inner.rows) == (plan.shapeInFiles[0], false),
      outer.columns.multipliedReportingOverflow(by: inner.columns) == (plan.shapeInFiles[1], false)
    else { throw unpaired(module, .inner) }
    return AddedWeights.kroneckerProduct(outer, inner, scale: scale(of: module))
  }

  /// `b ⊙ B · (d ⊙ A)`, A and B being parts of matrices for all layers.
  ///
  /// Source: Kopiczko et al. 2023, arXiv:2310.11454, equation 2.
  private mutating func sharedProduct(
    _ module: String, _ plan: TensorPlan
  ) throws(AdapterError) -> Tensor {
    guard let sharedA = directory.entry(.sharedA, of: ""),
      let sharedB = directory.entry(.sharedB, of: ""), plan.shape.count == 2
    else { throw .noSharedMatrices }
    let (outputs, inputs) = (plan.shape[0], plan.shape[1])
    let (allA, allB) = (try tensor(sharedA), try tensor(sharedB))
    origin.kept[sharedA.nameInPEFT] = allA
    origin.kept[sharedB.nameInPEFT] = allB
    guard allA.shape.count == 2, allB.shape.count == 2, allA.columns >= inputs,
      allB.rows >= outputs, allA.rows == allB.columns
    else { throw unpaired(module, .sharedA) }
    // The first columns of A are the first rows of A turned.
    let a = allA.turned.rows(0..<inputs).turned
    let b = allB.rows(0..<outputs).copy()
    a.scaleRows(by: try vector(.rankScale, of: module, count: a.rows))
    b.scaleRows(by: try vector(.outputFactors, of: module, count: outputs))
    return AddedWeights.product(b, a)
  }

  /// `B · (E ⊙ A) · alpha / rank`, with the small number that peft adds to the rank.
  ///
  /// Source: Zhang et al. 2023, arXiv:2303.10512, equation 3.
  private func adaptiveProduct(_ module: String) throws(AdapterError) -> Tensor {
    let a = try matrix(.adaptiveA, of: module)
    let b = try matrix(.adaptiveB, of: module)
    guard a.rows == b.columns else { throw unpaired(module, .adaptiveB) }
    let factors = try vector(.rankFactors, of: module, count: a.rows)
    a.scaleRows(by: factors)
    let added = AddedWeights.product(b, a)
    added.scale(by: Float(config.alpha / (Double(a.rows) + 1e-5)))
    return added
  }

  // MARK: Tensors of a role

  private func pair(
    _ a: AdapterTensor.Role, _ b: AdapterTensor.Role, of module: String
  ) throws(AdapterError) -> (a: Tensor, b: Tensor) {
    let (first, second) = (try matrix(a, of: module), try matrix(b, of: module))
    guard first.columns == second.rows else { throw unpaired(module, b) }
    return (first, second)
  }

  private func matrix(
    _ role: AdapterTensor.Role, of module: String
  ) throws(AdapterError) -> Tensor {
    guard let entry = directory.entry(role, of: module), directory.shape(entry).count == 2 else {
      throw unpaired(module, role)
    }
    return try tensor(entry)
  }

  private func vector(
    _ role: AdapterTensor.Role, of module: String, count: Int
  ) throws(AdapterError) -> [Float] {
    guard let entry = directory.entry(role, of: module),
      directory.shape(entry).reduce(1, *) == count
    else { throw unpaired(module, role) }
    return try tensor(entry).values
  }

  /// The scale is alpha / rank: of two ranks that disagree, one would give a wrong one.
  private func checkRank(_ matrix: Tensor, _ module: String) throws(AdapterError) {
    guard matrix.rows != rule.rank(of: module) else { return }
    throw .file(
      .wrongShape(
        tensor: module, path: directory.path, found: matrix.shape,
        expected: [rule.rank(of: module), matrix.columns]))
  }

  private func unpaired(_ module: String, _ role: AdapterTensor.Role) -> AdapterError {
    .file(.unpairedAdapter(module: module, path: directory.path, missing: role.rawValue))
  }
}
