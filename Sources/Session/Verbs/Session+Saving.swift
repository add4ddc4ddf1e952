import Adapters
import Checkpoints
import Datasets
import Models
import Serialization
package import Tensors

/// Writing the model, its adapter, or what it is trained on.
extension Session {
  /// Writes the model as a Hugging Face folder, an adapter merged into its weights.
  ///
  /// - Returns: the SHA-256 of the tensor file.
  /// - Throws: ``SessionError/roundedBase(_:)``, ``SessionError/adapter(_:)`` for one that cannot be
  ///   merged, ``SessionError/file(_:)``.
  package func saveModel(
    to folder: String, as format: DType = .float32
  ) throws(SessionError) -> String {
    let model = try loadedModel()
    guard model.base == .float32 else { throw .roundedBase(model.base) }
    // A tensor at a time, so that the model is not in memory twice.
    model.model.unpack()
    defer { model.pack() }
    if let refusal = model.adapter?.mergeRefusal { throw .adapter(refusal) }
    let merged = model.adapter?.mergedWeights ?? [:]
    do throws(CheckpointError) {
      return try ModelDirectory.write(
        model.savedContents(settings), tensors: model.model.tensorsForFiles(replacing: merged),
        as: format, to: folder)
    } catch { throw .file(error) }
  }

  /// Writes the adapter as a PEFT folder.
  ///
  /// - Returns: the SHA-256 of the tensor file.
  /// - Throws: ``SessionError/noAdapter``, ``SessionError/adapter(_:)``.
  package func saveAdapter(to folder: String) throws(SessionError) -> String {
    let model = try loadedModel()
    guard let adapter = model.adapter else { throw .noAdapter }
    guard !adapter.isMix else {
      throw .adapter(.severalInForce(.saving, name: model.shelf.shares.first?.name ?? ""))
    }
    do throws(AdapterError) {
      return try adapter.write(
        to: folder, baseModel: model.name,
        chatTemplate: model.chosenTemplate == nil ? nil : model.contents.chatTemplate,
        classifier: model.classifierFile, baseHash: model.baseHash)
    } catch { throw .adapter(error) }
  }

  /// Writes the rows that a name means as the model is trained on them: an object a line, with ids
  /// and which of them are learned; makes the folder.
  ///
  /// - Returns: the SHA-256 of the file.
  /// - Throws: ``SessionError/rows(_:part:)``, ``SessionError/file(_:)``.
  package func saveTokens(
    of name: String = "train", to path: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> String {
    let model = try loadedModel()
    let examples = try encode(
      rows(named: name), of: loadedData().dataset.file, for: model, tell: tell)
    do throws(CheckpointError) {
      try makeFolder(around: path)
      let file = try AtomicFile(path: path)
      for example in examples {
        let object: JSONObject = [
          "row": .integer(example.row), "ids": .array(example.ids.map { .integer(Int($0)) }),
          "trained": .array(example.lossMask.map { .integer($0 ? 1 : 0) }),
        ]
        try file.write(Array((JSONValue.object(object).text + "\n").utf8))
      }
      return try file.commit()
    } catch { throw .file(error) }
  }
}
