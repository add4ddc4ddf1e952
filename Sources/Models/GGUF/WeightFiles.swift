package import Checkpoints
package import Tensors

/// Files that hold a model's tensors, under whatever names, in whatever form.
package protocol WeightFiles: Sendable {
  /// Where they are, for messages.
  var path: String { get }
  /// The names of all tensors, sorted, as ``ModelFiles`` knows them.
  var tensorNames: [String] { get }

  /// Reads the tensor of a plan as it is in memory, widened to float32.
  func tensor(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> Tensor

  /// Reads a part of a tensor whose shape must be `expected`, widened to float32.
  func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor

  /// The format of the files' own in which the matrix of a plan can be packed as it is; nil where
  /// there is none.
  func ownFormat(_ plan: TensorPlan, named name: String) -> WeightFormat?

  /// Reads the matrix of a plan, which has an ``ownFormat(_:named:)``, in that.
  func packed(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix?

  /// Whether two tensors hold the same numbers.
  func areEqual(_ one: String, _ other: String) throws(CheckpointError) -> Bool

  /// What all numbers follow from, as the files are now; nil when the system does not say.
  var sources: WeightSources? { get }

  /// Refuses files that were written to since they were opened.
  func checkUnchanged() throws(CheckpointError)
}

extension ModelDirectory: WeightFiles {
  package func tensor(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let tensor = try tensor(named: name, shape: plan.shapeInFiles, on: device)
    return plan.isTurnedInFiles ? tensor.turned : tensor
  }

  package func ownFormat(_ plan: TensorPlan, named name: String) -> WeightFormat? { nil }

  package func packed(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix? { nil }
}
