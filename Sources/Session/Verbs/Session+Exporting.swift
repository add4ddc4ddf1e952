import Adapters
import Checkpoints
import Models
import Tensors

/// Writing files for llama.cpp and what is built on it.
extension Session {
  /// Writes the model as a GGUF file, an adapter merged into its weights, and a Modelfile beside it;
  /// the weights are those of the model's file where the ones in memory are rounded.
  ///
  /// - Throws: ``SessionError/exportName(_:)``, ``SessionError/roundedBase(_:)``,
  ///   ``SessionError/file(_:)``, ``SessionError/replayed(_:limit:path:)``.
  package func exportGGUF(
    to path: String, as format: ExportFormat = .f16, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ExportedFile {
    let model = try loadedModel()
    try Self.checkExportName(path)
    return try model.withExactWeights(tell) { () throws(SessionError) in
      try export(model, to: path, as: format, tell)
    }
  }

  private func export(
    _ model: LoadedModel, to path: String, as format: ExportFormat, _ tell: (VerbEvent) -> Void
  ) throws(SessionError) -> ExportedFile {
    if let refusal = model.adapter?.mergeRefusal { throw .adapter(refusal) }
    let contents = model.savedContents(settings)
    let file: AtomicFile
    var notes: [String] = []
    do throws(CheckpointError) {
      let planned = try GGUFPlan(model.model.config)
      let vocabulary = try GGUFVocabulary(
        tokenizer: contents.tokenizer, count: model.model.config.vocabularySize)
      if !vocabulary.isExact { notes.append(Self.otherWords) }
      notes += planned.notes(of: format)
      if let window = planned.contextLimit {
        notes.append(
          "the context in the file is \(window) tokens: llama.cpp has no window of attention for "
            + "this architecture, and up to there it makes no difference.")
      }
      try makeFolder(around: path)
      file = try stage(model, planned, vocabulary, contents, as: format, to: path)
    } catch { throw .file(error) }
    try replay(file.temporaryPath, beside: model, named: path, format.replayLimit, tell)
    let sha256: String
    do throws(CheckpointError) { sha256 = try file.commit() } catch { throw .file(error) }
    notes += try writeModelfile(beside: path, of: model, isAdapter: false)
    return ExportedFile(path: path, sha256: sha256, byteCount: file.byteCount, notes: notes)
  }

  private static let otherWords =
    "llama.cpp has no rule that cuts texts into words exactly as this tokenizer; the nearest one is "
    + "named in the file, and some texts may become other tokens there."

  private func stage(
    _ model: LoadedModel, _ planned: GGUFPlan, _ vocabulary: GGUFVocabulary,
    _ contents: ModelContents, as format: ExportFormat, to path: String
  ) throws(CheckpointError) -> AtomicFile {
    var writer = GGUFWriter()
    let architecture = planned.architecture.name
    writer.settings = [
      ("general.architecture", .text(architecture)), ("general.type", .text("model")),
      ("general.name", .text(model.name)), ("general.file_type", .integer(format.number)),
      ("general.quantization_version", .integer(2)),
    ]
    writer.settings += planned.settings
    writer.settings += vocabulary.settings.map { ("tokenizer.ggml." + $0.key, $0.value) }
    writer.settings += vocabulary.specialSettings(
      contents, stops: model.ends(settings).stops.sorted().map(Int.init)
    ).map { ("tokenizer." + $0.key, $0.value) }
    writer.entries = planned.items.map { planned.entry($0, as: format) }
    if !planned.rotaryFactors.isEmpty {
      writer.entries.append(
        .init(name: Self.rotaryName, shape: [planned.rotaryFactors.count], type: .f32))
    }
    let merged = model.adapter?.mergedWeights ?? [:]
    var items = planned.items[...]
    return try writer.stage(to: path) { entry in
      guard let item = items.popFirst() else {
        return Tensor(planned.rotaryFactors, shape: entry.shape, on: device)
      }
      return planned.tensor(item, of: model.model, replacing: merged)
    }
  }

  private static let rotaryName = "rope_freqs.weight"

  /// Writes the adapter alone as a GGUF file, its scale worked in, and a Modelfile beside it.
  ///
  /// - Throws: ``SessionError/exportName(_:)``, ``SessionError/noAdapter``,
  ///   ``SessionError/decomposedAdapter``, ``SessionError/file(_:)``,
  ///   ``SessionError/replayed(_:limit:path:)``.
  package func exportAdapter(
    to path: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ExportedFile {
    let model = try loadedModel()
    try Self.checkExportName(path)
    guard let adapter = model.adapter else { throw .noAdapter }
    guard adapter.isPlain else { throw .decomposedAdapter }
    let file: AtomicFile
    do throws(CheckpointError) { file = try stage(adapter, of: model, to: path) } catch {
      throw .file(error)
    }
    let written = file.temporaryPath
    try replayAdapter(beside: model, named: path, tell) { () throws(AdapterError) in
      let pairs: [GGUFAdapter.Pair]
      do throws(CheckpointError) {
        pairs = try GGUFAdapter.pairs(
          inFile: written, for: adapter.linears, of: model.model.config, on: device)
      } catch { throw .file(error) }
      return try LowRankAdapter(
        folded: pairs.map { .init(linear: $0.linear, a: $0.a, b: $0.b) }, attachingTo: model.model)
    }
    let sha256: String
    do throws(CheckpointError) { sha256 = try file.commit() } catch { throw .file(error) }
    let notes = try writeModelfile(beside: path, of: model, isAdapter: true)
    return ExportedFile(path: path, sha256: sha256, byteCount: file.byteCount, notes: notes)
  }

  private func stage(
    _ adapter: LowRankAdapter, of model: LoadedModel, to path: String
  ) throws(CheckpointError) -> AtomicFile {
    let planned = try GGUFAdapter(
      adapter.foldedMatrices.map { ($0.linear, $0.a, $0.b) }, of: model.model.config)
    var writer = GGUFWriter()
    writer.settings = [
      ("general.architecture", .text(planned.architecture.name)),
      ("general.type", .text("adapter")), ("general.name", .text(model.name + " adapter")),
      ("adapter.type", .text("lora")), ("adapter.lora.alpha", .number(0)),
    ]
    writer.entries = planned.items.map(\.entry)
    try makeFolder(around: path)
    var tensors = planned.items.map(\.tensor)[...]
    return try writer.stage(to: path) { _ in tensors.removeFirst() }
  }

  /// - Throws: ``SessionError/exportName(_:)``.
  private static func checkExportName(_ path: String) throws(SessionError) {
    guard path.hasSuffix(".gguf"), path.split(separator: "/").last != ".gguf" else {
      throw .exportName(path)
    }
  }

  /// Writes the Modelfile; returns what is to be said of it.
  private func writeModelfile(
    beside path: String, of model: LoadedModel, isAdapter: Bool
  ) throws(SessionError) -> [String] {
    let place = parentFolder(of: path) + "/" + Modelfile.name
    guard Modelfile.mayBeWritten(place) else {
      return ["\(place) is left alone: it was not written by an export."]
    }
    let (file, notes) = Modelfile.of(
      model, at: path, isAdapter: isAdapter, settings, rows: currentData?.train ?? [])
    do throws(CheckpointError) { try AtomicFile.write(Array(file.text.utf8), to: place) } catch {
      throw .file(error)
    }
    return notes
  }
}

extension GGUFPlan {
  /// A tensor as a format keeps it.
  fileprivate func entry(_ item: Item, as format: ExportFormat) -> GGUFWriter.Entry {
    GGUFWriter.Entry(name: item.name, shape: item.shape, type: type(of: item, in: format))
  }

  private func type(of item: Item, in format: ExportFormat) -> GGUFTensorType {
    guard item.isMatrix else { return .f32 }
    return (item.isTable ? format.tableType : format.type).fitting(rowLength: item.shape.last ?? 1)
  }

  /// What is to be said of matrices that a format does not fit.
  fileprivate func notes(of format: ExportFormat) -> [String] {
    let meant = [format.type, format.tableType]
    var counts: [String: Int] = [:]
    for item in items where item.isMatrix {
      let type = type(of: item, in: format)
      if !meant.contains(type) { counts[type.name, default: 0] += 1 }
    }
    return counts.sorted { $0.key < $1.key }.map { name, count in
      "\(count) of \(items.count(where: \.isMatrix)) matrices are \(name): their rows are no whole "
        + "number of \(format.rawValue) blocks, of \(format.type.blockCount)."
    }
  }
}
