import Autograd
import Checkpoints
package import Models
import Tensors

/// One of several adapters that are in force at once.
package struct MixedAdapter {
  /// The adapter; it is not attached itself.
  package let adapter: LowRankAdapter
  /// What its change is multiplied by.
  package let weight: Double

  package init(_ adapter: LowRankAdapter, weight: Double) {
    self.adapter = adapter
    self.weight = weight
  }
}

extension LowRankAdapter {
  /// Puts several adapters in force at once, what each changes times its weight:
  /// `W + Σ weight · (Wᵢ - W)`, where Wᵢ are the weights as adapter i alone has them.
  ///
  /// Products beside a layer are added as one, of all their matrices side by side: as peft's
  /// `add_weighted_adapter` does it, with the combination "cat". It is not trained.
  ///
  /// - Throws: ``AdapterError/bothReplace(tensor:)``, the model being unchanged.
  package convenience init(
    mixing parts: [MixedAdapter], on model: Transformer
  ) throws(AdapterError) {
    let sites = ModelSites(model)
    var terms: [(linear: Linear, term: LowRankTerm)] = []
    var layers: [Site: [MixedWeights.Layer]] = [:]
    var order: [Site] = []
    func add(_ layer: MixedWeights.Layer, _ site: Site) {
      if layers[site] == nil { order.append(site) }
      layers[site, default: []].append(layer)
    }
    for linear in model.linears {
      let own = parts.map { part in (part, term: part.adapter.term(of: linear)) }
      if own.contains(where: { $0.term?.magnitude != nil }) {
        let site = Site.tensor(linear.weight.name)
        for (part, term) in own {
          let change = part.adapter.change(at: site)
          guard term != nil || change != nil else { continue }
          add(.init(change: change, term: term, weight: part.weight), site)
        }
        let biases = own.filter { $0.term?.bias != nil }
        if !biases.isEmpty { terms.append((linear, LowRankTerm(ofBiases: biases, linear))) }
      } else if own.contains(where: { $0.term != nil }) {
        terms.append((linear, LowRankTerm(mixing: own, linear)))
      }
    }
    let decomposed = Set(order)
    let partsHead = parts.contains { $0.adapter.partsHead }
    for part in parts {
      for placed in part.adapter.changes where !decomposed.contains(placed.site) {
        let layer = MixedWeights.Layer(change: placed.change, term: nil, weight: part.weight)
        add(layer, placed.site)
        if placed.isOfBoth, partsHead { add(layer, .head) }
      }
    }
    for site in order {
      let replacing = layers[site, default: []].filter { $0.change?.replaces == true }
      if replacing.count > 1 { throw .bothReplace(tensor: sites.plan(site).name) }
    }
    let changes = order.map { site in
      PlacedChange(
        site: site, change: MixedWeights(layers[site, default: []]), isOfBoth: !partsHead)
    }
    let settings = LowRankSettings(
      rank: terms.map { $0.term.a.shape[0] }.max() ?? 1, alpha: 1,
      targets: .named(terms.map(\.linear.path)))
    self.init(settings, terms, changes: changes, of: model, isMix: true)
  }

  private func term(of linear: Linear) -> LowRankTerm? {
    zip(linears, terms).first { $0.0 === linear }?.1
  }

  private func change(at site: Site) -> (any WeightChange)? {
    changes.first { $0.site == site }?.change
  }
}

extension WeightChange {
  /// Whether others stand in the place of numbers, rather than something being made of them.
  fileprivate var replaces: Bool { self is ReplacedWeights || self is ReplacedRows }
}

extension LowRankTerm {
  fileprivate typealias Own = [(part: MixedAdapter, term: LowRankTerm?)]

  /// The terms side by side: their ranks add up, and their scales are in B.
  fileprivate convenience init(mixing own: Own, _ linear: Linear) {
    let device = linear.weight.ownWeights.device
    let terms = own.compactMap { part, term in
      term.map { (term: $0, factor: Float(part.weight) * $0.scale) }
    }
    let rank = terms.reduce(0) { $0 + $1.term.a.shape[0] }
    let a = Tensor(
      terms.flatMap(\.term.a.value.values), shape: [rank, linear.inputWidth], on: device)
    // B's columns side by side are the rows of each one turned, one after the other.
    let turned = Tensor(
      terms.flatMap { term, factor in term.b.value.turned.values.map { $0 * factor } },
      shape: [rank, linear.outputWidth], on: device)
    self.init(
      a: Parameter(name: AdapterDirectory.nameOfA(linear.path), value: a),
      b: Parameter(name: AdapterDirectory.nameOfB(linear.path), value: turned.turned),
      bias: Self.bias(of: own, linear), scale: 1, dropout: 0, index: 0)
  }

  /// The biases alone, where the matrices are worked into the weights.
  fileprivate convenience init(ofBiases own: Own, _ linear: Linear) {
    let device = linear.weight.ownWeights.device
    self.init(
      a: Parameter(
        name: AdapterDirectory.nameOfA(linear.path),
        value: Tensor(zeros: [1, linear.inputWidth], on: device)),
      b: Parameter(
        name: AdapterDirectory.nameOfB(linear.path),
        value: Tensor(zeros: [linear.outputWidth, 1], on: device)),
      bias: Self.bias(of: own, linear), scale: 1, dropout: 0, index: 0)
  }

  private static func bias(of own: Own, _ linear: Linear) -> Parameter? {
    let biases = own.compactMap { part, term in
      term.flatMap { term in term.bias.map { ($0.value.copy(), Float(part.weight) * term.scale) } }
    }
    guard let first = biases.first else { return nil }
    for (bias, factor) in biases { bias.scale(by: factor) }
    for (bias, _) in biases.dropFirst() { first.0.add(bias) }
    return Parameter(name: AdapterTensor.name(of: .lowRankBias, linear.path), value: first.0)
  }
}

/// Numbers that several adapters change: their own, and of each change its share.
final class MixedWeights: WeightChange {
  /// What one adapter does.
  struct Layer {
    let change: (any WeightChange)?
    /// A layer's matrices, worked in after the change.
    let term: LowRankTerm?
    let weight: Double

    fileprivate func changed(_ own: Weights) -> Tensor {
      let changed = change?.changed(own) ?? own
      return term?.merged(Parameter(name: "", weights: changed)) ?? changed.tensor
    }
  }

  private let layers: [Layer]

  init(_ layers: [Layer]) { self.layers = layers }

  var parts: [Parameter] {
    layers.flatMap { ($0.change?.parts ?? []) + ($0.term?.parameters ?? []) }
  }

  func changed(_ own: Weights) -> Weights {
    let sum = own.tensor.copy()
    for layer in layers {
      let difference = own.tensor.copy()
      difference.scale(by: -1)
      difference.add(layer.changed(own))
      difference.scale(by: Float(layer.weight))
      sum.add(difference)
    }
    return .dense(sum)
  }

  func backward(_ gradient: Tensor, own: Weights) {}
}
