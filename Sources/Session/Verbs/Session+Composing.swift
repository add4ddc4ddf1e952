import Datasets

/// Data made of other data: joined, balanced, or divided by what rows say.
extension Session {
  /// Puts the rows of two data sets together, part by part; lines of the second go on after those of the
  /// first, as if one file stood after the other.
  ///
  /// - Returns: the result, which is the current data.
  /// - Throws: ``SessionError/unlikeRows(_:_:)`` for rows of different kinds.
  package func join(
    _ data: LoadedData, with other: LoadedData, as name: String?
  ) throws(SessionError) -> LoadedData {
    guard let one = data.dataset.examples.first, let two = other.dataset.examples.first,
      one.content.kindName == two.content.kindName
    else { throw .unlikeRows(data, other) }
    let result = LoadedData(name: name ?? data.name, joining: data, with: other)
    add(result)
    return result
  }

  /// Keeps as many rows of each label, as the rarest one has, or fewer.
  ///
  /// - Parameters:
  ///   - data: the data.
  ///   - part: the part that is balanced; nil means train.
  ///   - count: how many rows of each label stay at the most; nil means as many as the rarest has.
  ///   - name: what the result is called; nil leaves the name.
  /// - Returns: the result, which is the current data, with each label's rows before.
  /// - Throws: ``SessionError/notLabelled(name:_:)``.
  package func balance(
    _ data: LoadedData, part: String?, to count: Int?, as name: String?
  ) throws(SessionError) -> (data: LoadedData, labels: [LabelBalance]) {
    let part = part ?? "train"
    let rows = data.part(part) ?? []
    let labels = try strata(of: rows, named: part, by: nil)
    let places = Dictionary(grouping: rows.indices) { labels[$0] }
    let rarest = places.values.map(\.count).min() ?? 0
    let limit = count ?? rarest
    var kept: Set<Int> = []
    for places in places.values {
      let chosen = Split.portion(of: places.map { rows[$0] }, count: limit, seed: settings.seed)
      kept.formUnion(chosen.map { places[$0] })
    }
    let result = try keep(
      [part: rows.indices.filter(kept.contains).map { rows[$0] }], of: data, as: name)
    let balance = places.map { label, places in
      LabelBalance(label: label, before: places.count, after: min(limit, places.count))
    }
    return (result, balance.sorted { ($1.before, $0.label) < ($0.before, $1.label) })
  }

  /// Divides rows so that each part has the same share of each stratum, with inputs that are nearly the
  /// same on one side.
  ///
  /// - Parameters:
  ///   - data: the data.
  ///   - part: the part whose rows are divided; nil means all rows.
  ///   - ratios: the sizes of the parts.
  ///   - strata: what tells the strata; nil makes none of them.
  ///   - name: what the result is called; nil leaves the name.
  /// - Returns: the result, which is the current data.
  /// - Throws: ``SessionError/notLabelled(name:_:)``, ``SessionError/noAttribute(_:known:)``,
  ///   ``SessionError/rows(_:part:)``.
  package func split(
    _ data: LoadedData, part: String?, ratios: [Int], by strata: Strata?, as name: String?
  ) throws(SessionError) -> LoadedData {
    let rows = part.map { data.part($0) ?? [] } ?? data.dataset.examples
    let names = try strata.map { (strata) throws(SessionError) in
      try self.strata(of: rows, named: part ?? data.name, by: strata.key)
    }
    let split: Split
    do throws(DatasetError) {
      split = try Split(
        rows, strata: names ?? rows.map { _ in "" }, ratios: ratios, seed: settings.seed)
    } catch { throw .rows(error, part: part ?? data.name) }
    let result = LoadedData(
      name: name ?? data.name, like: data, train: split.train.map { rows[$0] },
      dev: split.dev.map { rows[$0] }, test: split.test.map { rows[$0] })
    add(result)
    return result
  }

  /// The stratum of each row: its label, or what it has under a key.
  private func strata(
    of rows: [Example], named name: String, by key: String?
  ) throws(SessionError) -> [String] {
    if let key {
      guard rows.contains(where: { $0.attributes[key] != nil }) else {
        throw .noAttribute(key, known: Set(rows.flatMap(\.attributes.keys)).sorted())
      }
      return rows.map { $0.attributes[key] ?? "" }
    }
    let labels = rows.map(\.target)
    guard rows.allSatisfy({ $0.isLabelled || $0.kind == .answers && !$0.target.isEmpty }) else {
      throw .notLabelled(name: name, .missing)
    }
    let (count, limit) = (Set(labels).count, LabelForm.answerLimit)
    guard count > 1 else { throw .notLabelled(name: name, .allEqual) }
    guard rows.allSatisfy(\.isLabelled) || count <= limit else {
      throw .notLabelled(name: name, .tooMany(count: count, limit: limit))
    }
    return labels
  }
}

/// What tells the strata of rows.
package enum Strata: Hashable, Sendable {
  /// Their labels.
  case label
  /// What they have under a key or column.
  case attribute(String)

  fileprivate var key: String? { if case .attribute(let key) = self { key } else { nil } }
}

/// How many rows of a label there were, and are.
package struct LabelBalance: Hashable, Sendable {
  /// The label.
  package let label: String
  /// Its rows before and after.
  package let before, after: Int
}

extension LoadedData {
  /// The rows of two data sets, part by part.
  fileprivate init(name: String, joining data: LoadedData, with other: LoadedData) {
    let last = data.dataset.examples.map(\.line).max() ?? 0
    func moved(_ rows: [Example]) -> [Example] { rows.map { $0.moved(by: last) } }
    let (one, two) = (data.dataset, other.dataset)
    self.init(
      name: name,
      like: LoadedData(
        name: name,
        dataset: Dataset(
          file: one.file == two.file ? one.file : "\(one.file), \(two.file)", format: one.format,
          shape: one.shape, examples: [])),
      train: data.train + moved(other.train), dev: data.dev + moved(other.dev),
      test: data.test + moved(other.test))
  }
}
