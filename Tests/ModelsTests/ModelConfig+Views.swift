import Models
import Tensors

/// What tests ask a config about, found in its blueprint.
extension ModelConfig {
  var isTied: Bool { blueprint.head.isEmbedding }
  var layerCount: Int { blueprint.layers.count }
  private var first: LayerPlan { blueprint.layers[0] }
  var headCount: Int { first.attention.shape.headCount }
  var keyValueHeadCount: Int { first.attention.shape.keyValueHeadCount }
  var headWidth: Int { first.attention.shape.headWidth }
  var intermediateSize: Int { first.feedForward.innerWidth }
  var normEpsilon: Double { blueprint.norm?.epsilon ?? 0 }
  var activation: Activation { first.feedForward.activation }
  /// The window of each layer.
  var windows: [Int?] { blueprint.layers.map(\.attention.options.window) }
  /// The theta of each layer.
  var thetas: [Double?] { blueprint.layers.map(\.attention.rotary?.theta) }
  /// How positions of the last layer, which has no window where some have none, are scaled.
  var scaling: RopeScaling? { blueprint.layers.last?.attention.rotary?.scaling }
  /// Of attention's scores, and of the logits.
  var caps: [Double?] {
    [first.attention.options.softCap.map(Double.init), blueprint.head.softCap]
  }
  /// What scores are divided by, squared.
  var queryScalar: Double {
    let scale = Double(first.attention.options.scale)
    return (1 / (scale * scale)).rounded()
  }
  /// Whether queries, attention's output and the feed-forward layer have biases.
  var biases: [Bool] {
    let input =
      switch first.attention.projections {
      case .separate(let query, _, _): query
      case .fused(let all, _): all
      }
    return [input.hasBias, first.attention.output.hasBias, first.feedForward.down.hasBias]
  }
}
