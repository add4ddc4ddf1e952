import Autograd
package import Checkpoints
package import Models
import Tensors

extension LowRankAdapter {
  /// Attaches the adapter of a PEFT folder to `model`.
  ///
  /// Each layer takes its rank from its matrices, and its alpha from `alpha_pattern` where that
  /// names it. Every tensor must find its layer, and no layer may lack one.
  ///
  /// - Throws: `AdapterError`, the model being unchanged.
  package convenience init(
    reading directory: AdapterDirectory, attachingTo model: Transformer
  ) throws(AdapterError) {
    let config = directory.config
    guard directory.wholeTensors.isEmpty else {
      throw .wholeTensors(names: directory.wholeTensors)
    }
    // What is trained whole is in the file; where it is not, peft would go on from the base.
    guard config.modulesToSave.isEmpty else { throw .wholeTensors(names: config.modulesToSave) }
    let known = Set(model.linears.map(\.path))
    let unknown = directory.adaptedModules.filter { !known.contains($0) }
    guard unknown.isEmpty else { throw .unusedTensors(names: unknown) }
    do throws(CheckpointError) { try config.checkNames(in: directory) } catch {
      throw .file(error)
    }
    let adapted = Set(directory.adaptedModules)
    let settings = LowRankSettings(
      rank: config.rank, alpha: config.alpha, dropout: config.dropout,
      targets: .named(directory.adaptedModules), isRankStabilized: config.usesRankStabilization,
      isDecomposed: config.usesDecomposition)
    try self.init(
      attachingTo: model.linears.filter { adapted.contains($0.path) }, settings, source: config
    ) { (linear, _) throws(AdapterError) in
      do throws(CheckpointError) {
        let device = linear.weight.weights.device
        let a = try directory.tensor(named: AdapterDirectory.nameOfA(linear.path), on: device)
        let b = try directory.tensor(named: AdapterDirectory.nameOfB(linear.path), on: device)
        guard a.columns == linear.inputWidth, b.rows == linear.outputWidth else {
          throw .wrongShape(
            tensor: AdapterDirectory.nameOfA(linear.path), path: directory.path,
            found: [b.rows, a.columns], expected: [linear.outputWidth, linear.inputWidth])
        }
        // The scale is alpha / rank: of two ranks that disagree, one would give a wrong one.
        let rank = config.rank(of: linear.path)
        guard a.rows == rank else {
          throw .wrongShape(
            tensor: AdapterDirectory.nameOfA(linear.path), path: directory.path,
            found: [a.rows, a.columns], expected: [rank, linear.inputWidth])
        }
        var own = settings
        own.rank = a.rows
        own.alpha = config.alpha(of: linear.path)
        let magnitude =
          config.usesDecomposition
          ? try directory.tensor(
            named: AdapterDirectory.nameOfMagnitude(linear.path), shape: [linear.outputWidth],
            on: device)
          : nil
        return Matrices(a: a, b: b, magnitude: magnitude, scale: own.scale)
      } catch { throw .file(error) }
    }
  }

  /// Writes the adapter as a PEFT folder with a card, and returns the SHA-256 of its tensor file;
  /// `classifier` says how it is asked for labels, when it was trained on some.
  @discardableResult
  package func write(
    to path: String, baseModel: String?, chatTemplate: String? = nil,
    classifier: ClassifierFile? = nil
  ) throws(AdapterError) -> String {
    let staged = try stage(
      to: path, baseModel: baseModel, chatTemplate: chatTemplate, classifier: classifier)
    do throws(CheckpointError) { try staged.folder.commit() } catch { throw .file(error) }
    return staged.sha256
  }

  /// Writes the folder's files beside `path`, and returns it with the SHA-256 of its tensor file;
  /// `commit()` puts them into their places.
  package func stage(
    to path: String, baseModel: String?, chatTemplate: String? = nil,
    classifier: ClassifierFile? = nil
  ) throws(AdapterError) -> (folder: SavedFolder, sha256: String) {
    let config =
      source
      ?? AdapterConfig(
        baseModel: baseModel, rank: settings.rank, alpha: settings.alpha,
        dropout: settings.dropout, targetModules: targetNames,
        usesRankStabilization: settings.isRankStabilized,
        usesDecomposition: settings.isDecomposed,
        fanInFanOut: linears.contains(where: \.isTurnedInFiles))
    let tensors = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
    do throws(CheckpointError) {
      let card = AdapterCard(baseModel: config.baseModel, classifier: classifier)
      return try AdapterDirectory.stage(
        config, tensors: tensors, card: .init(text: card.text, marker: AdapterCard.marker),
        chatTemplate: chatTemplate, classifier: classifier, to: path)
    } catch { throw .file(error) }
  }

  /// What peft finds the changed layers by, and no others: the names they were asked for by, or
  /// the last parts of all layers' paths.
  private var targetNames: [String] {
    if case .named(let names) = settings.targets { return Set(names).sorted() }
    return Set(linears.compactMap { $0.path.split(separator: ".").last.map(String.init) }).sorted()
  }
}

extension AdapterConfig {
  /// The alpha of a module: that of the first pattern that fits it, or the common one.
  fileprivate func alpha(of path: String) -> Double {
    orderedAlphaPattern.first { TargetModules.matches($0.key, path: path) }?.value ?? alpha
  }

  /// The rank of a module: that of the first pattern that fits it, or the common one.
  fileprivate func rank(of path: String) -> Int {
    orderedRankPattern.first { TargetModules.matches($0.key, path: path) }?.value ?? rank
  }

  /// Refuses patterns that are more than names, and matrices of modules that are no targets.
  ///
  /// peft takes a key of a pattern for a regular expression: taken for a name it would fit nothing
  /// and leave rank or scale wrong. Matrices beside its targets it leaves out.
  fileprivate func checkNames(in directory: AdapterDirectory) throws(CheckpointError) {
    let keys =
      orderedAlphaPattern.map { ("alpha_pattern", $0.key) }
      + orderedRankPattern.map { ("rank_pattern", $0.key) }
    for (pattern, key) in keys where !Self.isName(key) {
      throw .unsupported(
        path: directory.path, key: pattern, value: key,
        reason: "only whole names, or how they end, are supported")
    }
    guard case .modules(let names) = targets else { return }
    let strange = directory.adaptedModules.first { module in
      !names.contains { TargetModules.matches($0, path: module) }
    }
    guard let strange else { return }
    throw .unsupported(
      path: directory.path, key: "target_modules",
      value: names.isEmpty ? "empty" : names.joined(separator: ", "),
      reason: "the file also has matrices of `\(strange)`")
  }

  private static func isName(_ key: String) -> Bool {
    key.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789_.".contains(Character($0))
    }
  }
}
