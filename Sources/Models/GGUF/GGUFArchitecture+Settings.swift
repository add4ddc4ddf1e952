import Autograd
import Checkpoints
import Serialization
import Tensors

/// The settings of a file, from what config.json and blueprint say.
extension GGUFArchitecture {
  /// The settings of a model, their keys with the architecture's name.
  func settings(
    of config: ModelConfig
  ) throws(CheckpointError) -> [(key: String, value: GGUFWriter.Value)] {
    let json = config.json
    var values: [(key: String, value: GGUFWriter.Value)] = []
    for setting in settings {
      if let value = setting.value(json[setting.key] ?? .null) {
        values.append((name + "." + setting.name, value))
      }
    }
    for (key, value) in derived(from: config) {
      values.removeAll { $0.key == key }
      values.append((key, value))
    }
    for setting in settings where !setting.isOptional {
      guard values.contains(where: { $0.key == name + "." + setting.name }) else {
        throw .notForLlamaCpp(reason: "config.json does not say `\(setting.key)`")
      }
    }
    if let window = contextLimit(of: config.blueprint),
      let place = values.firstIndex(where: { $0.key == name + ".context_length" })
    {
      values[place].value = .integer(window)
    }
    return values
  }

  /// Settings that follow from others, or from several at once.
  private func derived(from config: ModelConfig) -> [(key: String, value: GGUFWriter.Value)] {
    let blueprint = config.blueprint
    guard let attention = blueprint.layers.lazy.compactMap(\.attention).first else { return [] }
    var values: [(String, GGUFWriter.Value)] = [
      ("vocab_size", .integer(blueprint.vocabularySize)),
      ("attention.key_length", .integer(attention.shape.headWidth)),
      ("attention.value_length", .integer(attention.shape.headWidth)),
      ("attention.head_count_kv", .integer(attention.shape.keyValueHeadCount)),
    ]
    // Layers without a window turn by the model's theta, those with one maybe by another.
    let full =
      blueprint.layers.lazy.compactMap(\.attention).first { $0.options.window == nil } ?? attention
    if let rotary = full.rotary {
      values.append(("rope.dimension_count", .integer(rotary.width)))
      values.append(("rope.freq_base", .number(rotary.theta)))
      if case .linear(let factor) = rotary.scaling {
        values.append(("rope.scaling.type", .text("linear")))
        values.append(("rope.scaling.factor", .number(factor)))
      }
    }
    if let inner = blueprint.layers.first?.feedForward?.innerWidth,
      !settings.contains(where: { $0.name == Self.innerWidthName })
    {
      values.append((Self.innerWidthName, .integer(inner)))
    }
    if let alibi = full.alibi { values.append((Self.slopeName, .number(alibi.maximumBias))) }
    let windowed = blueprint.layers.lazy.compactMap(\.attention).first { $0.options.window != nil }
    if let rotary = windowed?.rotary, rotary.theta != full.rotary?.theta {
      values.append(("rope.freq_base_swa", .number(rotary.theta)))
    }
    if hasWindows, windowed != nil, let period = foundPeriod(in: blueprint),
      period != self.windowPeriod
    {
      values.append(("attention.sliding_window_pattern", .integer(period)))
    }
    return values.map { (name + "." + $0, $1) }
  }

  /// The shortest window of layers, where the architecture has none: it is none while the context is
  /// no longer.
  func contextLimit(of blueprint: Blueprint) -> Int? {
    guard !hasWindows, let window = shortestWindow(blueprint),
      window < blueprint.maximumPositions
    else { return nil }
    return window
  }

  /// Whether a file may say where the layers without a window are.
  private var saysWindowPeriod: Bool {
    settings.contains { $0.name == "attention.sliding_window_pattern" }
  }

  /// Whether layers may have windows.
  private var hasWindows: Bool { settings.contains { $0.name == "attention.sliding_window" } }

  private func shortestWindow(_ blueprint: Blueprint) -> Int? {
    blueprint.layers.compactMap(\.attention?.options.window).min()
  }

  /// The number of layers after which the kinds of layers repeat, the last of them without a window;
  /// nil for another pattern.
  private func foundPeriod(in blueprint: Blueprint) -> Int? {
    let isFull = blueprint.layers.map { $0.attention?.options.window == nil }
    let period = (isFull.firstIndex(of: true) ?? isFull.count) + 1
    let fits = isFull.indices.allSatisfy { isFull[$0] == (($0 + 1) % period == 0) }
    return fits ? period : nil
  }

  /// Why llama.cpp would compute something else than a model does; nil when it would not.
  func fault(of blueprint: Blueprint) -> String? {
    for layer in blueprint.layers {
      guard let attention = layer.attention else { return "some of its layers have no attention" }
      let isWidest = blueprint.layers.count == widestLayerCount
      let width =
        isWidest ? blueprint.hiddenSize / attention.shape.headCount : attention.shape.headWidth
      let scale = 1 / Float(width).squareRoot()
      guard abs(attention.options.scale - scale) <= 1e-5 * scale else {
        return "scores are scaled by \(attention.options.scale), and llama.cpp scales by \(scale)"
      }
      let own = (layer.experts?.experts.first ?? layer.feedForward)?.activation
      guard let own, own == activation ?? own else {
        return "its activation is \(own?.configName ?? "none"), and llama.cpp computes another one"
      }
    }
    if let reason = expertFault(of: blueprint) ?? positionFault(of: blueprint) { return reason }
    let period = foundPeriod(in: blueprint)
    if hasWindows, shortestWindow(blueprint) != nil,
      period == nil || !saysWindowPeriod && period != self.windowPeriod
    {
      return "its layers with a window do not come at regular places"
    }
    if !blueprint.head.isEmbedding, fileName(of: blueprint.head.weight.name) == nil || isAlwaysTied
    {
      return "its head is not the table of tokens, as llama.cpp takes it to be"
    }
    return nil
  }

  /// What llama.cpp would do otherwise with experts.
  private func expertFault(of blueprint: Blueprint) -> String? {
    let isNormalized = constants["norm_topk_prob"]?.bool
    let experts = blueprint.layers.map(\.experts)
    guard experts.contains(where: { $0 != nil }) else { return nil }
    guard experts.allSatisfy({ $0 != nil }) else {
      return "some of its layers have no experts, and llama.cpp takes all to have them"
    }
    guard experts.allSatisfy({ $0?.rule.isNormalized == isNormalized ?? true }) else {
      return "the weights of its experts are "
        + (isNormalized == true ? "not divided" : "divided")
        + " by their sum, other than in llama.cpp"
    }
    return nil
  }

  /// What llama.cpp would do otherwise with positions, and with biases that it does not look for.
  private func positionFault(of blueprint: Blueprint) -> String? {
    guard blueprint.rotaries.allSatisfy(\.scaling.isWritten) else {
      return "its positions are stretched in a way that is not written"
    }
    let saysSlopes = settings.contains { $0.name == Self.slopeName }
    guard saysSlopes || blueprint.alibis.isEmpty else {
      return "its positions add to scores, and in llama.cpp they do not"
    }
    guard takesBiases || blueprint.linears.allSatisfy({ !$0.hasBias }) else {
      return "its layers have biases, and llama.cpp looks for none"
    }
    return nil
  }

  /// The setting of the width inside feed-forward layers, which some configs do not have.
  private static let innerWidthName = "feed_forward_length"

  /// The setting of how steeply positions add to scores.
  private static let slopeName = "attention.max_alibi_bias"

  /// By tensor name, where the file has rows in another order: row i is row `order[i]` of the model.
  func rowOrders(of blueprint: Blueprint) -> [String: [Int32]] {
    var orders: [String: [Int32]] = [:]
    func set(_ order: [Int32], _ linear: LinearPlan) {
      let inverse = GGUFRowOrder.inverse(order)
      orders[linear.weight.name] = inverse
      if let bias = linear.bias { orders[bias.name] = inverse }
    }
    for attention in blueprint.layers.compactMap(\.attention) {
      let shape = attention.shape
      switch attention.projections {
      case .separate(let query, let key, _) where interleavesPairs:
        set(GGUFRowOrder.interleaved(heads: shape.headCount, width: shape.headWidth), query)
        set(GGUFRowOrder.interleaved(heads: shape.keyValueHeadCount, width: shape.headWidth), key)
      case .fused(let all, byGroup: true):
        set(
          GGUFRowOrder.grouped(
            heads: shape.headCount, keyHeads: shape.keyValueHeadCount, width: shape.headWidth), all)
      default: break
      }
    }
    return orders
  }
}

extension RopeScaling {
  /// Whether a file can say it.
  fileprivate var isWritten: Bool {
    if case .none = self { return true }
    if case .linear = self { return true }
    if case .llama3 = self { return true }
    return false
  }
}

extension GGUFSetting {
  /// The value of a key of config.json as the file has it; nil when it is none.
  fileprivate func value(_ value: JSONValue) -> GGUFWriter.Value? {
    switch kind {
    case .integer:
      if let list = value.array { return .integers(list.compactMap(\.int)) }
      return value.int.map { .integer($0) }
    case .number: return value.double.map { .number($0) }
    case .flag: return value.bool.map { .flag($0) }
    case .windowedLayers:
      return value.array.map { types in .flags(types.map { $0.string == "sliding_attention" }) }
    }
  }
}
