package import Datasets

/// What was left out of data to make it clean.
package struct Cleaning: Sendable {
  /// Why rows are left out.
  package enum Reason: String, CaseIterable, Sendable {
    /// Their input is held out.
    case leaks
    /// An earlier row of their part says the same.
    case duplicates
    /// Their input is nearly one that is held out.
    case nearLeaks = "near leaks"
    /// An earlier row of their part says nearly the same.
    case nearDuplicates = "near duplicates"
    /// Their text has several labels in train.
    case contradictions
  }

  /// The rows that were left out of a part for one reason.
  package struct Step: Sendable {
    /// Why.
    package let reason: Reason
    /// The part.
    package let part: String
    /// The rows' lines, in order.
    package let lines: [Int]
  }

  /// What is left.
  package internal(set) var parts: [String: [Example]]
  /// What was left out, in order.
  package private(set) var steps: [Step] = []

  init(_ data: LoadedData) {
    parts = Dictionary(
      uniqueKeysWithValues: LoadedData.partNames.map { ($0, data.part($0) ?? []) })
    leaveOutLeaks()
    for part in LoadedData.partNames {
      let rows = rows(part)
      drop(Duplicates(rows).groups.flatMap { $0.dropFirst() }, of: part, as: .duplicates)
    }
    leaveOutNear()
    drop(Duplicates.contradictions(rows("train")), of: "train", as: .contradictions)
  }

  /// How many rows were left out for a reason.
  package func count(_ reason: Reason) -> Int {
    steps.reduce(0) { $0 + ($1.reason == reason ? $1.lines.count : 0) }
  }

  private func rows(_ part: String) -> [Example] { parts[part] ?? [] }

  private mutating func leaveOutLeaks() {
    let train = rows("train")
    drop(
      Duplicates.leaks(of: train, into: rows("dev") + rows("test")), of: "train", as: .leaks)
  }

  /// Rows that are nearly held out, and of rows that say nearly the same, with one answer, all but the
  /// first.
  private mutating func leaveOutNear() {
    let sizes = LoadedData.partNames.map { rows($0).count }
    let all = LoadedData.partNames.flatMap { rows($0) }
    let near = NearDuplicates(all.map(\.input)).groupOfRow
    let heldOut = Set(near[sizes[0]...])
    var start = 0
    for (part, size) in zip(LoadedData.partNames, sizes) {
      var (leaks, extra): ([Int], [Int]) = ([], [])
      var seen: Set<NearRow> = []
      for place in 0..<size {
        let row = start + place
        let target = TextFolding.fold(all[row].target)
        if part == "train", heldOut.contains(near[row]) {
          leaks.append(place)
        } else if !seen.insert(NearRow(group: near[row], target: target)).inserted {
          extra.append(place)
        }
      }
      start += size
      note(leaks, of: part, as: .nearLeaks)
      note(extra, of: part, as: .nearDuplicates)
      leaveOut(leaks + extra, of: part)
    }
  }

  /// Rows with one input and one target, or nearly so.
  private struct NearRow: Hashable {
    let group: Int
    let target: String
  }

  private mutating func drop(_ places: [Int], of part: String, as reason: Reason) {
    note(places, of: part, as: reason)
    leaveOut(places, of: part)
  }

  private mutating func note(_ places: [Int], of part: String, as reason: Reason) {
    guard !places.isEmpty else { return }
    let rows = rows(part)
    steps.append(Step(reason: reason, part: part, lines: places.map { rows[$0].line }.sorted()))
  }

  private mutating func leaveOut(_ places: [Int], of part: String) {
    let (rows, gone) = (rows(part), Set(places))
    parts[part] = rows.indices.filter { !gone.contains($0) }.map { rows[$0] }
  }
}

extension Session {
  /// Leaves out what spoils a training: leaks, doubles, near ones of both, contradicting labels.
  ///
  /// Held-out rows stay as far as they are no doubles, so that what is measured stays comparable.
  ///
  /// - Returns: the result, which is the current data, and what was left out.
  /// - Throws: ``SessionError/noRowLeft``.
  package func clean(
    _ data: LoadedData, as name: String?
  ) throws(SessionError) -> (data: LoadedData, cleaning: Cleaning) {
    let cleaning = Cleaning(data)
    return (try keep(cleaning.parts, of: data, as: name), cleaning)
  }
}
