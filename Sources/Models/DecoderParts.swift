import Autograd
import Checkpoints
import Tensors

/// Builds the pieces of a ``DecoderModel`` under their names in model files.
struct DecoderParts {
  let config: ModelConfig
  private let rotary: RotaryTable

  typealias Source<Failure: Error> = (_ name: String, _ shape: [Int]) throws(Failure) -> Weights

  init(config: ModelConfig) {
    self.config = config
    rotary = RotaryTable(
      inverseFrequencies: config.rotaryFrequencies, positionCount: config.maximumPositions)
  }

  func layer<Failure: Error>(_ index: Int, _ tensor: Source<Failure>) throws(Failure)
    -> DecoderModel.Layer
  {
    let path = "model.layers.\(index)"
    return DecoderModel.Layer(
      attentionNorm: try norm("\(path).input_layernorm", tensor),
      attention: try attention("\(path).self_attn", tensor),
      feedForwardNorm: try norm("\(path).post_attention_layernorm", tensor),
      feedForward: try feedForward("\(path).mlp", tensor))
  }

  func norm<Failure: Error>(_ path: String, _ tensor: Source<Failure>) throws(Failure) -> RMSNorm {
    let name = "\(path).weight"
    return RMSNorm(
      weight: Parameter(name: name, weights: try tensor(name, [config.hiddenSize])),
      epsilon: Float(config.rmsNormEpsilon))
  }

  private func attention<Failure: Error>(_ path: String, _ tensor: Source<Failure>)
    throws(Failure) -> Attention
  {
    let (hidden, bias) = (config.hiddenSize, config.attentionBias)
    let queryWidth = config.headCount * config.headWidth
    let keyWidth = config.keyValueHeadCount * config.headWidth
    return Attention(
      query: try linear("\(path).q_proj", hidden, queryWidth, bias: bias, tensor),
      key: try linear("\(path).k_proj", hidden, keyWidth, bias: bias, tensor),
      value: try linear("\(path).v_proj", hidden, keyWidth, bias: bias, tensor),
      output: try linear(
        "\(path).o_proj", queryWidth, hidden, bias: config.attentionOutputBias, tensor),
      shape: AttentionShape(
        headCount: config.headCount, keyValueHeadCount: config.keyValueHeadCount,
        headWidth: config.headWidth),
      rotary: rotary)
  }

  private func feedForward<Failure: Error>(_ path: String, _ tensor: Source<Failure>)
    throws(Failure) -> FeedForward
  {
    let (hidden, inner, bias) = (config.hiddenSize, config.intermediateSize, config.mlpBias)
    return FeedForward(
      gate: try linear("\(path).gate_proj", hidden, inner, bias: bias, tensor),
      up: try linear("\(path).up_proj", hidden, inner, bias: bias, tensor),
      down: try linear("\(path).down_proj", inner, hidden, bias: bias, tensor))
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
