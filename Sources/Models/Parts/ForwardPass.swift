package import Autograd
import Tensors

/// What every layer of a forward pass is told.
package struct ForwardPass {
  /// What operations are recorded on.
  package let tape: Tape
  /// Which rows belong to one sequence, and their places in it.
  package let layout: SequenceLayout
  /// Draws the dropout of adapters; nil outside training.
  package let dropout: DropoutStream?
  /// Keys and values of earlier tokens; nil when whole sequences are given.
  package let cache: KeyValueCache?
  /// What the reading half made of the prompts of the layout's sequences, in their order; empty in
  /// models of one half.
  package let prompts: [EncodedPrompts]

  package init(
    tape: Tape, layout: SequenceLayout, dropout: DropoutStream? = nil, cache: KeyValueCache? = nil,
    prompts: [EncodedPrompts] = []
  ) {
    self.tape = tape
    self.layout = layout
    self.dropout = dropout
    self.cache = cache
    self.prompts = prompts
  }

  /// The same pass for a layer that gets only some of the rows.
  func ofRows(_ rows: [Int32]) -> ForwardPass {
    ForwardPass(
      tape: tape, layout: layout, dropout: dropout?.ofRows(rows), cache: cache)
  }

  /// The same pass for a layer that reads prompts, whose rows draw their own dropout.
  func reading(_ prompts: EncodedPrompts) -> ForwardPass {
    ForwardPass(tape: tape, layout: layout, dropout: prompts.dropout)
  }

  /// The same pass, recorded on another tape.
  func on(_ tape: Tape) -> ForwardPass {
    ForwardPass(tape: tape, layout: layout, dropout: dropout, cache: cache, prompts: prompts)
  }
}
