package import Autograd
import Datasets
package import Execution
package import Models
package import Tensors

/// What rows are measured by, without a gradient.
package struct Measuring {
  /// The model as it is now.
  package let model: Transformer
  /// Tokens computed at a time; no result depends on it.
  package let microbatchTokens: Int
  /// The stretches of rows that are never computed together.
  package let shards: Int
  /// Where activations live.
  package let arena: Arena
  /// Asked between batches; what was measured by then is not whole.
  package let stop: StopFlag
  /// Where the adapters' dropout begins for rows that are about to be trained; nil for those that are
  /// measured.
  package let dropout: DropoutStream?
  /// Told the share done.
  package let progress: (Double) -> Void

  /// Measures by a model as it is, in an arena that is lent or in one of its own.
  package init(
    _ model: Transformer, microbatchTokens: Int, shards: Int = 1, arena: Arena? = nil,
    stop: StopFlag = StopFlag(),
    dropout: DropoutStream? = nil, progress: @escaping (Double) -> Void = { _ in }
  ) {
    self.model = model
    self.microbatchTokens = microbatchTokens
    self.shards = shards
    self.arena = arena ?? Arena(model.device)
    self.stop = stop
    self.dropout = dropout
    self.progress = progress
  }

  /// Whether items whose sizes in tokens are given are all computed at once.
  func fitsOnePass(_ sizes: [Int]) -> Bool {
    shards == 1 && MicroBatches.ranges(lengths: sizes, budget: microbatchTokens).count == 1
  }

  /// Calls `body` with a tape that records nothing for one stretch of items after the other, whose
  /// sizes in tokens are given.
  func inBatches(of sizes: [Int], _ body: (Range<Int>, Tape) -> Void) {
    for range in MicroBatches.ranges(lengths: sizes, budget: microbatchTokens) {
      if stop.isRequested { return }
      body(range, Tape(arena: arena, isRecording: false))
      progress(Double(range.upperBound) / Double(sizes.count))
    }
  }
}
