import Models
import Tensors

/// What tests ask a config about, found in its blueprint.
extension ModelConfig {
  var isTied: Bool { blueprint.head.isEmbedding }
  var layerCount: Int { blueprint.layers.count }
  private var first: LayerPlan { blueprint.layers[0] }
  private var attention: AttentionPlan? { blueprint.layers.lazy.compactMap(\.attention).first }
  private var inner: FeedForwardPlan? { first.feedForward ?? first.experts?.experts.first }
  var headCount: Int { attention?.shape.headCount ?? 0 }
  var keyValueHeadCount: Int { attention?.shape.keyValueHeadCount ?? 0 }
  var headWidth: Int { attention?.shape.headWidth ?? 0 }
  var intermediateSize: Int { inner?.innerWidth ?? 0 }
  var normEpsilon: Double { (blueprint.norm ?? blueprint.embedding.norm)?.epsilon ?? 0 }
  var activation: Activation? { inner?.activation }
  /// The window of each layer.
  var windows: [Int?] { blueprint.layers.map { $0.attention?.options.window } }
  /// The theta of each layer with attention.
  var thetas: [Double?] { blueprint.layers.compactMap(\.attention).map(\.rotary?.theta) }
  /// How positions of the last layer, which has no window where some have none, are scaled.
  var scaling: RopeScaling? { blueprint.layers.last?.attention?.rotary?.scaling }
  /// Of attention's scores, and of the logits.
  var caps: [Double?] {
    [attention?.options.softCap.map(Double.init), blueprint.head.softCap]
  }
  /// What scores are divided by, squared.
  var queryScalar: Double {
    let scale = Double(attention?.options.scale ?? 0)
    return (1 / (scale * scale)).rounded()
  }
  /// Whether queries, attention's output and the feed-forward layer have biases.
  var biases: [Bool] {
    let input =
      switch attention?.projections {
      case .separate(let query, _, _): query
      case .fused(let all, _): all
      case .latent(let plan): plan.query
      case nil: nil as LinearPlan?
      }
    return [
      input?.hasBias ?? false, attention?.output.hasBias ?? false, inner?.down.hasBias ?? false,
    ]
  }
}
