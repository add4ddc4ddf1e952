import Autograd
package import Checkpoints
package import Models
import Tensors

extension LowRankAdapter {
  /// Attaches the adapter of a folder to `model`.
  ///
  /// - Throws: `AdapterError`, the model being unchanged.
  package convenience init(
    reading directory: AdapterDirectory, attachingTo model: Transformer
  ) throws(AdapterError) {
    guard !model.hasAdapter else { throw .alreadyAttached }
    let reader = try AdapterReader(directory, for: model)
    self.init(
      reader.settings, reader.terms, changes: reader.changes, origin: reader.origin, of: model)
  }

  /// Writes the adapter as a PEFT folder with a card, and returns the SHA-256 of its tensor file;
  /// `classifier` says how it is asked for labels, when it was trained on some, and `baseHash` is
  /// that of the base's weights.
  @discardableResult
  package func write(
    to path: String, baseModel: String?, chatTemplate: String? = nil,
    classifier: ClassifierFile? = nil, baseHash: String? = nil
  ) throws(AdapterError) -> String {
    let staged = try stage(
      to: path, baseModel: baseModel, chatTemplate: chatTemplate, classifier: classifier,
      baseHash: baseHash)
    do throws(CheckpointError) { try staged.folder.commit() } catch { throw .file(error) }
    return staged.sha256
  }

  /// Writes the folder's files beside `path`, and returns it with the SHA-256 of its tensor file;
  /// `commit()` puts them into their places.
  package func stage(
    to path: String, baseModel: String?, chatTemplate: String? = nil,
    classifier: ClassifierFile? = nil, tokenizer: AdapterDirectory.TokenizerParts? = nil,
    baseHash: String? = nil
  ) throws(AdapterError) -> (folder: SavedFolder, sha256: String) {
    var fresh = AdapterConfig(
      baseModel: baseModel, rank: settings.rank, alpha: settings.alpha,
      dropout: settings.dropout, targetModules: targetNames,
      taskType: taskType,
      usesRankStabilization: settings.isRankStabilized,
      usesDecomposition: settings.isDecomposed,
      fanInFanOut: linears.contains(where: \.isTurnedInFiles))
    if !changes.isEmpty {
      fresh.tokenRows = NewTokens(sites.model).rows
      fresh.modulesToSave = WholeHead(sites.model).modulesToSave
    }
    let config =
      origin?.config ?? ExpertTargets(linears, of: sites.model).map(fresh.targeting) ?? fresh
    var learned = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
    for stack in origin?.stacks ?? ExpertStack.ofNew(linears, sites.model) {
      stack.gather(in: &learned)
    }
    do throws(CheckpointError) {
      let card = AdapterCard(
        baseModel: config.baseModel, classifier: classifier, addsTokens: tokenizer != nil)
      return try AdapterDirectory.stage(
        config, tensors: origin?.tensors(learned) ?? learned,
        card: .init(text: card.text, marker: AdapterCard.marker),
        chatTemplate: chatTemplate, classifier: classifier, tokenizer: tokenizer,
        baseHash: baseHash ?? origin?.baseHash, to: path)
    } catch { throw .file(error) }
  }

  /// PEFT's word for what the model does.
  private var taskType: String {
    switch sites.model.blueprint.head.task {
    case .labels: "SEQ_CLS"
    case .nothing: AdapterConfig.vectorTask
    case .nextToken, .maskedToken:
      sites.model.blueprint.reader == nil ? "CAUSAL_LM" : "SEQ_2_SEQ_LM"
    }
  }

  /// What peft finds the changed layers by, and no others: the names they were asked for by, or
  /// the last parts of all layers' paths, as many as tell a layer from those of a head that is learned
  /// whole.
  private var targetNames: [String] {
    if case .named(let names) = settings.targets { return Set(names).sorted() }
    let head = WholeHead(sites.model)
    let others = sites.model.linears.filter(head.has).map(\.path)
    return Set(
      linears.map { linear in
        let parts = linear.path.split(separator: ".")
        let names = parts.indices.reversed().map { parts[$0...].joined(separator: ".") }
        return names.first { name in
          !others.contains { TargetModules.matches(name, path: $0) }
        } ?? linear.path
      }
    ).sorted()
  }
}

extension Transformer {
  /// Whether an adapter is in force.
  fileprivate var hasAdapter: Bool {
    linears.contains { $0.adapter != nil } || parameters.contains { $0.change != nil }
      || (blueprint.head.isEmbedding && head.weight !== embedding.tokens)
  }
}
