package import Tensors

/// What each example cost at each epoch, as the step that trained it measured it.
///
/// Steps compute these losses anyway, so the record costs no time. An example that an epoch has not
/// met yet has no number there (NaN).
package struct ExampleRecord: Sendable {
  /// A loss of an example: the mean over its trained tokens, before the update.
  package struct Entry: Hashable, Sendable, BitwiseCopyable {
    /// In nats per trained token.
    package let loss: Float
    /// The share of its tokens that were held the likeliest.
    package let accuracy: Float

    package init(loss: Float, accuracy: Float) {
      (self.loss, self.accuracy) = (loss, accuracy)
    }
  }

  /// How many examples there are.
  package let count: Int
  /// The losses of the examples, an array an epoch.
  package private(set) var losses: [[Float]] = []
  /// The shares of right tokens, an array an epoch.
  package private(set) var accuracies: [[Float]] = []

  /// Begins a record of `count` examples.
  package init(count: Int) { self.count = count }

  /// Notes what a step found: `entries` of the examples with the numbers `places`.
  mutating func note(_ entries: [Entry], of places: [Int], epoch: Int) {
    while losses.count <= epoch {
      losses.append(Array(repeating: .nan, count: count))
      accuracies.append(Array(repeating: .nan, count: count))
    }
    for (place, entry) in zip(places, entries) {
      losses[epoch][place] = entry.loss
      accuracies[epoch][place] = entry.accuracy
    }
  }

  /// The losses of one example, epoch by epoch, those it was not met in left out.
  package func history(of place: Int) -> [Float] {
    losses.map { $0[place] }.filter { !$0.isNaN }
  }
}

// MARK: In a checkpoint

extension ExampleRecord {
  private static let name = "examples"

  /// The record as a tensor by name; nothing before the first step.
  package func tensors(on device: any Device) -> [(name: String, tensor: Tensor)] {
    guard !losses.isEmpty else { return [] }
    let numbers = zip(losses, accuracies).flatMap { $0 + $1 }
    return [(Self.name, Tensor(numbers, shape: [losses.count, 2, count], on: device))]
  }

  /// Takes over what ``tensors(on:)`` gave; a tensor of another number of examples is none of ours.
  package init(count: Int, _ state: [(name: String, tensor: Tensor)]) {
    self.init(count: count)
    guard let tensor = state.first(where: { $0.name == Self.name })?.tensor,
      tensor.shape.count == 3, tensor.shape[1] == 2, tensor.shape[2] == count
    else { return }
    let numbers = tensor.values
    for start in stride(from: 0, to: numbers.count, by: 2 * count) {
      losses.append(Array(numbers[start..<start + count]))
      accuracies.append(Array(numbers[start + count..<start + 2 * count]))
    }
  }
}
