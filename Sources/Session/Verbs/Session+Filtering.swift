package import Datasets

/// Putting some of the rows of data, or another division of them, in its place.
extension Session {
  /// Puts data that has only some of its rows in its place, or beside it under another name.
  ///
  /// - Parameters:
  ///   - parts: the rows that stay, by the name of their part; a part that is not named keeps its own.
  ///   - data: the data.
  ///   - name: what the result is called; nil leaves the name.
  /// - Returns: the result, which is the current data.
  /// - Throws: ``SessionError/noRowLeft``.
  package func keep(
    _ parts: [String: [Example]], of data: LoadedData, as name: String?
  ) throws(SessionError) -> LoadedData {
    let train = parts["train"] ?? data.train
    guard !train.isEmpty else { throw .noRowLeft }
    let result = LoadedData(
      name: name ?? data.name, like: data, train: train, dev: parts["dev"] ?? data.dev,
      test: parts["test"] ?? data.test)
    add(result)
    return result
  }

  /// Leaves out the rows that say what an earlier row says, of one part or of all.
  ///
  /// - Returns: the result, which is the current data.
  /// - Throws: ``SessionError/noRowLeft``.
  package func dropDuplicates(
    of data: LoadedData, part: String?, as name: String?
  ) throws(SessionError) -> LoadedData {
    let rows = part.map { data.part($0) ?? [] } ?? data.dataset.examples
    let extra = Duplicates(rows).groups.flatMap { $0.dropFirst() }.map { rows[$0] }
    return try leaveOut(extra, of: data, parts: part.map { [$0] } ?? LoadedData.partNames, as: name)
  }

  /// Leaves out the rows of train whose input is also held out.
  ///
  /// - Returns: the result, which is the current data.
  /// - Throws: ``SessionError/noRowLeft``.
  package func dropLeaks(
    of data: LoadedData, as name: String?
  ) throws(SessionError) -> LoadedData {
    let leaks = Duplicates.leaks(of: data.train, into: data.dev + data.test)
    return try leaveOut(leaks.map { data.train[$0] }, of: data, parts: ["train"], as: name)
  }

  /// Divides the rows of data, or of a part of it, anew.
  ///
  /// - Parameters:
  ///   - data: the data.
  ///   - part: the part whose rows are divided; nil means all rows.
  ///   - division: how.
  ///   - name: what the result is called; nil leaves the name.
  /// - Returns: the result, which is the current data.
  /// - Throws: `DatasetError` when there are too few rows, or there is no such fold.
  package func split(
    _ data: LoadedData, part: String?, by division: Division, as name: String?
  ) throws(DatasetError) -> LoadedData {
    let rows = part.map { data.part($0) ?? [] } ?? data.dataset.examples
    let split: Split
    switch division {
    case .ratios(let ratios): split = try Split(rows, ratios: ratios, seed: settings.seed)
    case .fold(let fold, let count):
      guard fold <= count else { throw .badRatio([fold, count]) }
      split = try Split(rows, fold: fold, of: count, seed: settings.seed)
    }
    let result = LoadedData(
      name: name ?? data.name, like: data, train: split.train.map { rows[$0] },
      dev: split.dev.map { rows[$0] }, test: split.test.map { rows[$0] })
    add(result)
    return result
  }

  private func leaveOut(
    _ rows: [Example], of data: LoadedData, parts: [String], as name: String?
  ) throws(SessionError) -> LoadedData {
    // Counted, as a file that is one array may have equal rows in one line; the last ones go.
    var left: [RowPlace: Int] = [:]
    for row in rows { left[RowPlace(row), default: 0] += 1 }
    var kept: [String: [Example]] = [:]
    for part in parts.reversed() {
      let stay = (data.part(part) ?? []).reversed().filter { row in
        guard let count = left[RowPlace(row)], count > 0 else { return true }
        left[RowPlace(row)] = count - 1
        return false
      }
      kept[part] = stay.reversed()
    }
    return try keep(kept, of: data, as: name)
  }
}

/// How rows are divided into those to train on and those held out.
package enum Division: Hashable, Sendable {
  /// Into train, dev and perhaps test, in these ratios.
  case ratios([Int])
  /// The fold of this number is dev, the others are train; folds count from 1.
  case fold(Int, of: Int)
}

/// What tells a row of a file from the others.
private struct RowPlace: Hashable {
  let line: Int
  let content: Example.Content

  init(_ row: Example) { (line, content) = (row.line, row.content) }
}
