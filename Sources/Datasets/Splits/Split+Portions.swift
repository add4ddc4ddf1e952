extension Split {
  /// Returns the indices of a share of the rows, at least one, in the order of the file.
  ///
  /// Which ones, hashes of what they say and the seed decide, as in a split; a smaller share of the
  /// same rows is part of a larger one.
  package static func portion(of examples: [Example], share: Double, seed: UInt64) -> [Int] {
    portion(of: examples, count: Int((share * Double(examples.count)).rounded()), seed: seed)
  }

  /// Returns the indices of so many of the rows, at least one, chosen as a share is.
  package static func portion(of examples: [Example], count: Int, seed: UInt64) -> [Int] {
    let keys = examples.map(\.wording).map {
      TextFolding.fold($0.input) + "\u{0}" + TextFolding.fold($0.target)
    }
    let order = ordered(keys, seed: seed).flatMap { $0 }
    return order.prefix(max(1, count)).sorted()
  }

  /// Divides rows into `count` parts of about the same size, of which part `fold` (from 1) is held
  /// out as dev and the others are train.
  ///
  /// Rows with equal inputs stay in one part. Each row is held out in exactly one fold.
  ///
  /// - Throws: ``DatasetError/tooFewRows(rows:parts:)``.
  package init(
    _ examples: [Example], fold: Int, of count: Int, seed: UInt64
  ) throws(DatasetError) {
    precondition((1...max(1, count)).contains(fold), "fold \(fold) of \(count)")
    var folds = [[Int]](repeating: [], count: count)
    for group in Self.ordered(examples.map { TextFolding.fold($0.wording.input) }, seed: seed) {
      let smallest = folds.indices.min { (folds[$0].count, $0) < (folds[$1].count, $1) } ?? 0
      folds[smallest] += group
    }
    guard folds.allSatisfy({ !$0.isEmpty }) else {
      throw .tooFewRows(rows: examples.count, parts: count)
    }
    let dev = folds.remove(at: fold - 1)
    self.init(train: folds.flatMap { $0 }.sorted(), dev: dev.sorted(), test: [])
  }

  init(train: [Int], dev: [Int], test: [Int]) {
    (self.train, self.dev, self.test) = (train, dev, test)
  }
}
