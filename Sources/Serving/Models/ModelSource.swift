import Foundation

/// Where a model is: what it is loaded by, and the adapter on it.
struct ModelSource: Hashable, Sendable {
  /// The name of a bundled or fetched model, or the path of a folder or a GGUF file.
  let model: String
  /// The folder of an adapter; nil for none.
  var adapter: String?

  /// The same as a script in the folder of a job has it, when the adapter lies in another job's folder.
  func seen(fromJobs depth: Int) -> ModelSource {
    guard let adapter, let place = adapter.range(of: "/jobs/") else { return self }
    return ModelSource(model: model, adapter: "../" + adapter[place.upperBound...])
  }
}
