package import Autograd
import Tensors

/// What the reading half of a model made of prompts that it read together, for the writing half to
/// attend to.
package final class EncodedPrompts {
  /// The last hidden states, `[M, C]`.
  package let states: Variable
  /// The rows of each prompt.
  let stretches: [AttentionStretch]
  /// Draws the dropout of adapters that read the states; nil outside training.
  let dropout: DropoutStream?
  /// The keys and values of each layer, where they are made once for many passes.
  private var kept: [Int: (key: Variable, value: Variable)] = [:]

  init(states: Variable, stretches: [AttentionStretch], dropout: DropoutStream?) {
    self.states = states
    self.stretches = stretches
    self.dropout = dropout
  }

  /// The keys and values of a layer, which `make` makes of the states.
  func keys(
    of layer: Int, isKept: Bool, _ make: (Variable) -> (key: Variable, value: Variable)
  ) -> (key: Variable, value: Variable) {
    if let made = kept[layer] { return made }
    let made = make(states)
    if isKept { kept[layer] = made }
    return made
  }
}
