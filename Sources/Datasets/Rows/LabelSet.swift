/// The labels that a head chooses from, and what a text has of them.
package struct LabelSet: Hashable, Sendable {
  /// What a text has of the labels.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// One of them.
    case one
    /// Any number of them.
    case several
    /// A number, which is no label.
    case number
  }

  /// The labels in the order of the head's outputs; of numbers, what the only output is called.
  package let names: [String]
  /// What a text has of them.
  package let kind: Kind

  package init(_ names: [String], _ kind: Kind = .one) {
    self.names = names
    self.kind = kind
  }

  /// Finds the labels of rows, sorted; nil where they have none, or one alone where they should have
  /// different ones.
  package init?(of rows: [Example], _ kind: Kind) {
    guard !rows.isEmpty, rows.allSatisfy(\.hasLabels) else { return nil }
    guard kind != .number else {
      self.init([Self.nameOfNumber], kind)
      return
    }
    let names = Set(rows.flatMap { $0.labels(kind) }).sorted()
    guard names.count > (kind == .one ? 1 : 0) else { return nil }
    self.init(names, kind)
  }

  /// What the output for a number is called: as transformers calls it.
  private static let nameOfNumber = "LABEL_0"

  /// Whether rows have no label that is not among these.
  package func contains(_ rows: [Example]) -> Bool {
    guard kind != .number else { return true }
    let known = Set(names)
    return rows.allSatisfy { row in
      row.labels(kind).allSatisfy { known.contains($0) || place(ofID: $0) != nil }
    }
  }

  /// What a row has of the labels, by their places.
  ///
  /// - Throws: ``ProblemReason/unknownLabel(_:known:)``, ``ProblemReason/labelIsNoNumber(_:)``.
  func target(of row: Example) throws(ProblemReason) -> EncodedExample.LabelTarget {
    switch kind {
    case .number:
      guard let number = Double(row.target), number.isFinite else {
        throw .labelIsNoNumber(row.target)
      }
      return .number(number)
    case .one: return .one(try place(of: row.target))
    case .several:
      var places: Set<Int> = []
      for label in row.labels(kind) { places.insert(try place(of: label)) }
      return .several(places.sorted())
    }
  }

  /// The place of a label, which rows may also name by its number where labels have no names.
  private func place(of label: String) throws(ProblemReason) -> Int {
    guard let place = names.firstIndex(of: label) ?? place(ofID: label) else {
      throw .unknownLabel(label, known: names)
    }
    return place
  }

  /// The place of a label that files call by its number alone.
  private func place(ofID label: String) -> Int? {
    guard let id = Int(label), names.indices.contains(id), names[id] == "LABEL_\(id)" else {
      return nil
    }
    return id
  }
}

extension Example {
  /// The labels that the row has, of which only one is asked for unless it may have several.
  package func labels(_ kind: LabelSet.Kind) -> [String] {
    if case .marked(_, let labels) = content, kind == .several { return labels }
    return [target]
  }

  /// Whether it has a label, or a list of such, which may be empty.
  package var hasLabels: Bool {
    if case .marked = content { true } else { !target.isEmpty }
  }
}
