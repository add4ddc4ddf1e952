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
    reading directory: AdapterDirectory, attachingTo model: DecoderModel
  ) throws(AdapterError) {
    let config = directory.config
    guard directory.wholeTensors.isEmpty else {
      throw .wholeTensors(names: directory.wholeTensors)
    }
    if let key = config.alphaExpression {
      throw .file(
        .unsupported(
          path: directory.path, key: "alpha_pattern", value: key,
          reason: "only whole names, or how they end, are supported"))
    }
    let known = Set(model.linears.map(\.path))
    let unknown = directory.adaptedModules.filter { !known.contains($0) }
    guard unknown.isEmpty else { throw .unusedTensors(names: unknown) }
    let adapted = Set(directory.adaptedModules)
    let settings = LowRankSettings(
      rank: config.rank, alpha: config.alpha, dropout: config.dropout,
      targets: .named(directory.adaptedModules), isRankStabilized: config.usesRankStabilization,
      isDecomposed: config.usesDecomposition)
    try self.init(
      attachingTo: model.linears.filter { adapted.contains($0.path) }, settings, source: config
    ) { (linear, _) throws(AdapterError) in
      do throws(CheckpointError) {
        let a = try directory.tensor(named: AdapterDirectory.nameOfA(linear.path))
        let b = try directory.tensor(named: AdapterDirectory.nameOfB(linear.path))
        guard a.columns == linear.inputWidth, b.rows == linear.outputWidth else {
          throw .wrongShape(
            tensor: AdapterDirectory.nameOfA(linear.path), path: directory.path,
            found: [b.rows, a.columns], expected: [linear.outputWidth, linear.inputWidth])
        }
        // The scale is alpha / rank: of two ranks that disagree, one would give a wrong one.
        guard !config.rankPattern.isEmpty || a.rows == config.rank else {
          throw .wrongShape(
            tensor: AdapterDirectory.nameOfA(linear.path), path: directory.path,
            found: [a.rows, a.columns], expected: [config.rank, linear.inputWidth])
        }
        var own = settings
        own.rank = a.rows
        own.alpha = config.alpha(of: linear.path)
        let magnitude =
          config.usesDecomposition
          ? try directory.tensor(
            named: AdapterDirectory.nameOfMagnitude(linear.path), shape: [linear.outputWidth])
          : nil
        return Matrices(a: a, b: b, magnitude: magnitude, scale: own.scale)
      } catch { throw .file(error) }
    }
  }

  /// Writes the adapter as a PEFT folder with a card, and returns the SHA-256 of its tensor file;
  /// `classifier` says how it is asked for labels, when it was trained on some.
  @discardableResult
  package func write(
    to path: String, baseModel: String?, classifier: ClassifierFile? = nil
  ) throws(AdapterError) -> String {
    let config =
      source
      ?? AdapterConfig(
        baseModel: baseModel, rank: settings.rank, alpha: settings.alpha,
        dropout: settings.dropout, targetModules: targetNames,
        usesRankStabilization: settings.isRankStabilized,
        usesDecomposition: settings.isDecomposed)
    let tensors = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
    do throws(CheckpointError) {
      let card = AdapterCard(baseModel: config.baseModel, classifier: classifier)
      let hash = try AdapterDirectory.write(
        config, tensors: tensors, classifier: classifier, to: path)
      try AdapterDirectory.write(card: card.text, over: AdapterCard.marker, to: path)
      return hash
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

  /// A key of `alpha_pattern` that is more than the end of a path: peft takes it for a regular
  /// expression, and taken for a name it would fit nothing and leave the scale wrong.
  fileprivate var alphaExpression: String? {
    orderedAlphaPattern.map(\.key).first { key in
      !key.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_.".contains(Character($0))
      }
    }
  }
}
