import Adapters
import Checkpoints
import Datasets
import Models
import Serialization
package import Tensors

/// Writing the model, its adapter, or what it is trained on.
extension Session {
  /// Writes the model as a Hugging Face folder, an adapter merged into its weights: those of its file,
  /// where the ones in memory are rounded.
  ///
  /// Before the folder takes its place it is read again, and has to compute what the model does.
  ///
  /// - Returns: the SHA-256 of the tensor file.
  /// - Throws: ``SessionError/fileNameForFolder(_:)``, ``SessionError/roundedBase(_:)``,
  ///   ``SessionError/adapter(_:)`` for one that cannot be merged, ``SessionError/file(_:)``,
  ///   ``SessionError/replayed(_:limit:path:)``.
  package func saveModel(
    to folder: String, as format: DType = .float32, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> String {
    let model = try loadedModel()
    try Self.checkFolderName(folder)
    return try model.withExactWeights(tell) { () throws(SessionError) in
      let staged = try stage(model, as: format, to: folder)
      try replay(staged.folder.staging, beside: model, named: folder, format.replayLimit, tell)
      do throws(CheckpointError) { try staged.folder.commit() } catch { throw .file(error) }
      return staged.sha256
    }
  }

  private func stage(
    _ model: LoadedModel, as format: DType, to folder: String
  ) throws(SessionError) -> (folder: SavedFolder, sha256: String) {
    // A tensor at a time, so that the model is not in memory twice; what a file had in few bits is.
    let compact = model.model.compactWeights
    model.model.unpack()
    defer {
      model.model.restore(compact)
      model.pack()
    }
    if let refusal = model.adapter?.mergeRefusal { throw .adapter(refusal) }
    let merged = model.adapter?.mergedWeights ?? [:]
    do throws(CheckpointError) {
      let staged = try ModelDirectory.stage(
        model.savedContents(settings), tensors: model.model.tensorsForFiles(replacing: merged),
        as: format, to: folder)
      try model.contents.sentences?.write(to: staged.folder.staging)
      return staged
    } catch { throw .file(error) }
  }

  /// Writes the adapter as a PEFT folder, which is read again before it takes its place.
  ///
  /// - Returns: the SHA-256 of the tensor file.
  /// - Throws: ``SessionError/fileNameForFolder(_:)``, ``SessionError/noAdapter``,
  ///   ``SessionError/adapter(_:)``, ``SessionError/replayed(_:limit:path:)``.
  package func saveAdapter(
    to folder: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> String {
    let model = try loadedModel()
    guard let adapter = model.adapter else { throw .noAdapter }
    try Self.checkFolderName(folder)
    guard !adapter.isMix else {
      throw .adapter(.severalInForce(.saving, name: model.shelf.shares.first?.name ?? ""))
    }
    let staged: (folder: SavedFolder, sha256: String)
    do throws(AdapterError) {
      staged = try adapter.stage(
        to: folder, baseModel: model.name,
        chatTemplate: model.chosenTemplate == nil ? nil : model.contents.chatTemplate,
        classifier: model.adapterClassifierFile,
        tokenizer: model.model.newTokens.isEmpty ? nil : .init(model.contents),
        baseHash: model.baseHash)
    } catch { throw .adapter(error) }
    try replayAdapter(beside: model, named: folder, tell) { () throws(AdapterError) in
      let directory: AdapterDirectory
      do throws(CheckpointError) {
        directory = try AdapterDirectory(path: staged.folder.staging)
      } catch {
        throw .file(error)
      }
      return try LowRankAdapter(reading: directory, attachingTo: model.model)
    }
    do throws(CheckpointError) { try staged.folder.commit() } catch { throw .file(error) }
    return staged.sha256
  }

  /// Refuses the name of a file for what is saved as a folder.
  ///
  /// - Throws: ``SessionError/fileNameForFolder(_:)``.
  private static func checkFolderName(_ path: String) throws(SessionError) {
    let name = path.lowercased()
    let endings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".pkl", ".zip", ".json"]
    guard ForeignFormat(of: name) == nil, !endings.contains(where: name.hasSuffix) else {
      throw .fileNameForFolder(path)
    }
  }

  /// Writes the rows that a name means as the model is trained on them: an object a line, with ids,
  /// which of them are learned, the prompt that another half reads, and other answers or texts; makes the
  /// folder.
  ///
  /// - Returns: the SHA-256 of the file.
  /// - Throws: ``SessionError/rows(_:part:)``, ``SessionError/file(_:)``.
  package func saveTokens(
    of name: String = "train", to path: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> String {
    let model = try loadedModel()
    let rows = try rows(named: name)
    let examples = try taught(rows, named: name, of: model, tell: tell).examples
    do throws(CheckpointError) {
      try makeFolder(around: path)
      let file = try AtomicFile(path: path)
      for example in examples {
        var object: JSONObject = [
          "row": .integer(example.row), "ids": .array(example.ids.map { .integer(Int($0)) }),
          "trained": .array(example.lossMask.map { .integer($0 ? 1 : 0) }),
        ]
        if !example.prompt.isEmpty {
          object["prompt"] = .array(example.prompt.map { .integer(Int($0)) })
        }
        switch example.goal {
        case .written: break
        case .preferred(let other):
          object["rejected"] = .object([
            "ids": .array(other.ids.map { .integer(Int($0)) }),
            "trained": .array(other.lossMask.map { .integer($0 ? 1 : 0) }),
          ])
        case .verdict(let isGood, _): object["good"] = .bool(isGood)
        case .label(.one(let place)): object["label"] = .integer(place)
        case .label(.several(let places)): object["labels"] = .array(places.map { .integer($0) })
        case .label(.number(let number)): object["label"] = .number(number)
        case .match(let positive, let negatives):
          object["positive"] = .array(positive.map { .integer(Int($0)) })
          object["negatives"] = .array(negatives.map { .array($0.map { .integer(Int($0)) }) })
        case .alike(let other, let score):
          object["other"] = .array(other.map { .integer(Int($0)) })
          object["score"] = .number(score)
        }
        try file.write(Array((JSONValue.object(object).text + "\n").utf8))
      }
      return try file.commit()
    } catch { throw .file(error) }
  }
}
