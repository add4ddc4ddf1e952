import Autograd
import Checkpoints
import Tensors

/// Builds the pieces of a ``DecoderModel`` under their names in model files.
struct DecoderParts {
  let config: ModelConfig
  private let rotary: RotaryTable
  /// The angles of layers with a window, where the family has others for them.
  private let windowedRotary: RotaryTable?

  typealias Source<Failure: Error> = (_ name: String, _ shape: [Int]) throws(Failure) -> Weights

  /// Makes what all layers share on the device that the weights are on.
  init(config: ModelConfig, on device: any Device) {
    self.config = config
    rotary = RotaryTable(
      inverseFrequencies: config.rotaryFrequencies, positionCount: config.maximumPositions,
      on: device)
    windowedRotary = config.windowedRotaryFrequencies.map {
      RotaryTable(
        inverseFrequencies: $0, positionCount: config.maximumPositions, on: device)
    }
  }

  func layer<Failure: Error>(_ index: Int, _ tensor: Source<Failure>) throws(Failure)
    -> DecoderModel.Layer
  {
    let path = "model.layers.\(index)"
    return DecoderModel.Layer(
      attentionNorm: try norm("\(path).input_layernorm", tensor),
      attention: try attention(index, path, tensor),
      feedForwardNorm: try norm("\(path).\(feedForwardNormName)", tensor),
      feedForward: try feedForward(path, tensor))
  }

  /// Where a layer has norms after its parts, theirs is the name that is else the next part's.
  private var feedForwardNormName: String {
    config.traits.hasPostNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm"
  }

  func norm<Failure: Error>(
    _ path: String, width: Int? = nil, _ tensor: Source<Failure>
  ) throws(Failure) -> RMSNorm {
    let name = "\(path).weight"
    return RMSNorm(
      weight: Parameter(name: name, weights: try tensor(name, [width ?? config.hiddenSize])),
      epsilon: Float(config.rmsNormEpsilon), offset: Float(config.traits.normOffset))
  }

  private func attention<Failure: Error>(
    _ index: Int, _ layer: String, _ tensor: Source<Failure>
  ) throws(Failure) -> Attention {
    let path = "\(layer).self_attn"
    let (hidden, bias) = (config.hiddenSize, config.attentionBias)
    let queryWidth = config.headCount * config.headWidth
    let keyWidth = config.keyValueHeadCount * config.headWidth
    return Attention(
      query: try linear("\(path).q_proj", hidden, queryWidth, bias: bias, tensor),
      key: try linear("\(path).k_proj", hidden, keyWidth, bias: bias, tensor),
      value: try linear("\(path).v_proj", hidden, keyWidth, bias: bias, tensor),
      output: try linear(
        "\(path).o_proj", queryWidth, hidden, bias: config.attentionOutputBias, tensor),
      norms: try attentionNorms(layer, tensor),
      shape: AttentionShape(
        headCount: config.headCount, keyValueHeadCount: config.keyValueHeadCount,
        headWidth: config.headWidth),
      options: attentionOptions(index),
      rotary: config.traits.isSliding[index] ? windowedRotary ?? rotary : rotary)
  }

  private func attentionNorms<Failure: Error>(
    _ layer: String, _ tensor: Source<Failure>
  ) throws(Failure) -> Attention.Norms {
    var norms = Attention.Norms()
    if config.traits.hasQueryKeyNorms {
      norms.query = try norm("\(layer).self_attn.q_norm", width: config.headWidth, tensor)
      norms.key = try norm("\(layer).self_attn.k_norm", width: config.headWidth, tensor)
    }
    if config.traits.hasPostNorms {
      norms.output = try norm("\(layer).post_attention_layernorm", tensor)
    }
    return norms
  }

  private func attentionOptions(_ index: Int) -> AttentionOptions {
    AttentionOptions(
      scale: 1 / Float(config.traits.queryScalar).squareRoot(),
      softCap: config.traits.attentionSoftCap.map(Float.init),
      window: config.traits.windows[index])
  }

  private func feedForward<Failure: Error>(_ layer: String, _ tensor: Source<Failure>)
    throws(Failure) -> FeedForward
  {
    let path = "\(layer).mlp"
    let (hidden, inner, bias) = (config.hiddenSize, config.intermediateSize, config.mlpBias)
    return FeedForward(
      gate: try linear("\(path).gate_proj", hidden, inner, bias: bias, tensor),
      up: try linear("\(path).up_proj", hidden, inner, bias: bias, tensor),
      down: try linear("\(path).down_proj", inner, hidden, bias: bias, tensor),
      outputNorm: config.traits.hasPostNorms
        ? try norm("\(layer).post_feedforward_layernorm", tensor) : nil,
      activation: Activation(config.traits.activation))
  }

  private func linear<Failure: Error>(
    _ path: String, _ input: Int, _ output: Int, bias hasBias: Bool, _ tensor: Source<Failure>
  ) throws(Failure) -> Linear {
    let weight = Parameter(
      name: "\(path).weight", weights: try tensor("\(path).weight", [output, input]))
    guard hasBias else { return Linear(path: path, weight: weight, bias: nil) }
    let bias = Parameter(name: "\(path).bias", weights: try tensor("\(path).bias", [output]))
    return Linear(path: path, weight: weight, bias: bias)
  }
}

extension Activation {
  /// The function that a config names.
  fileprivate init(_ named: ModelTraits.Activation) {
    switch named {
    case .silu: self = .silu
    case .gelu: self = .gelu
    case .geluTanh: self = .geluTanh
    }
  }
}
