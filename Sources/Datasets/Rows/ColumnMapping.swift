import Reporting
import Serialization

/// Which columns of a table make an example.
struct ColumnMapping {
  let shape: RowShape
  /// The columns that are not read, by their name.
  let ignored: [String: Int]
  /// For each field of `shape`, the index of its column.
  private let indices: [Int]
  /// The names of these columns, where what they are called tells more than `shape` does.
  private let names: [String]
  private let width: Int

  init(
    shape: RowShape, indices: [Int], names: [String] = [], width: Int, ignored: [String: Int] = [:]
  ) {
    self.shape = shape
    self.indices = indices
    self.names = names
    self.width = width
    self.ignored = ignored
  }

  /// Finds the columns named by the user, or a known pair; nil if there is none.
  ///
  /// - Throws: ``DatasetError/missingColumn(file:name:columns:suggestion:header:)`` for a named column
  ///   that is not there.
  init?(
    _ columns: [String], header: DatasetPlace, fields: RowShape?
  ) throws(DatasetError) {
    let known = MatchRow.shapeWithNegatives(among: columns) ?? KnownFields.shape(of: columns)
    guard let shape = fields ?? known else { return nil }
    var indices: [Int] = []
    let prompt = shape == .preference ? PreferenceRow.promptName(among: columns) : nil
    let names =
      MatchRow(shape, among: columns)?.usedNames ?? shape.fields + (prompt.map { [$0] } ?? [])
    for field in names {
      guard let index = columns.firstIndex(of: DelimitedText.name(field)) else {
        throw .missingColumn(
          file: header.file, name: field, columns: columns,
          suggestion: Suggestion.nearest(to: field, among: columns), header: header)
      }
      indices.append(index)
    }
    let ignored = columns.enumerated().filter {
      !indices.contains($0.offset) && !$0.element.isEmpty
    }
    self.init(
      shape: shape, indices: indices, names: names, width: columns.count,
      ignored: Dictionary(
        ignored.map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first }))
  }

  /// Returns the row of a record, its other columns kept as attributes where they are short.
  func example(of record: [String], line: Int) throws(RowFault) -> Example {
    let content = try content(of: record)
    let attributes = ignored.mapValues { record[$0] }
      .filter { !$0.value.isEmpty && $0.value.utf8.count <= Example.attributeLimit }
    return Example(content, line: line, attributes: attributes)
  }

  /// Returns what a record says; the text of a label and all that is to be written must be there.
  func content(of record: [String]) throws(RowFault) -> Example.Content {
    guard record.count == width else {
      throw RowFault(.fieldCount(found: record.count, expected: width))
    }
    let values = indices.map { record[$0] }
    if shape == .preference { return try preference(of: values) }
    if let row = MatchRow(shape, among: names) {
      var fields: JSONObject = [:]
      // An empty field of a table is a text that is not there.
      for (name, value) in zip(names, values) where !value.isBlank || shape.fields.contains(name) {
        fields[name] = .string(value)
      }
      return try row.content(fields)
    }
    if case .labelled = shape, values[0].isBlank { throw emptyField(0) }
    guard let content = shape.content(values), let last = values.last, !last.isBlank else {
      throw emptyField(indices.count - 1)
    }
    return content
  }

  private func emptyField(_ field: Int) -> RowFault {
    RowFault(.emptyText(key: shape.fields[field]), at: .index(indices[field]))
  }

  private func preference(of values: [String]) throws(RowFault) -> Example.Content {
    do throws(RowFault) { return try PreferenceRow.content(ofColumns: values) } catch {
      guard case .key(let key)? = error.path.first else { throw error }
      let field = shape.fields.firstIndex(of: key) ?? indices.count - 1
      throw RowFault(error.reason, at: .index(indices[field]))
    }
  }
}

extension ColumnMapping {
  private static let textNames = [
    "text", "sentence", "utterance", "message", "review", "instruction", "question", "prompt",
    "input", "content", "source", "query",
  ]
  private static let labelNames = [
    "label", "intent", "class", "category", "sentiment", "target", "topic",
  ]
  private static let answerNames = [
    "completion", "response", "answer", "output", "reply", "ref", "reference", "translation",
    "summary",
  ]

  /// Returns the columns that look as if they were meant: by their names, else by their content,
  /// where a column of few short values is a label and the one of the longest values the text.
  static func suggestion(columns: [String], sample: [[String]]) -> RowShape? {
    let rows = sample.dropFirst().filter { $0.count == columns.count }
    guard Set(columns).count == columns.count else { return nil }
    let lengths = columns.indices.map { column in rows.reduce(0) { $0 + $1[column].utf8.count } }
    let byLength = columns.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    let answer = answerNames.first(where: columns.contains)
    let others = byLength.map { columns[$0] }.filter { $0 != answer }
    guard let text = textNames.first(where: others.contains) ?? others.first else {
      return answer.map { .text($0) }
    }
    if let answer { return .pair(input: text, output: answer) }
    let labels = byLength.filter { column in
      columns[column] != text && !rows.isEmpty
        && Set(rows.map { $0[column] }).count * 5 <= rows.count
    }
    let known = labelNames.first { columns.contains($0) && $0 != text }
    if let label = known ?? labels.first.map({ columns[$0] }) {
      return .labelled(text: text, label: label)
    }
    let pair = byLength.prefix(2).sorted().map { columns[$0] }
    return pair.count == 2 ? .pair(input: pair[0], output: pair[1]) : .text(text)
  }
}

/// A table of texts and labels whose first row is data already.
///
/// It has two columns; one of them has few values, of which each is met ten times on average, and
/// the first row's value is one that comes again.
struct HeaderlessTable {
  let mapping: ColumnMapping
  let labelCount: Int

  init?(sample: [[String]], columns: [String]) {
    let rows = sample.filter { $0.count == 2 }
    guard columns.count == 2, rows.count >= 20, rows.count * 10 >= sample.count * 9,
      let first = rows.first
    else { return nil }
    let counts = [0, 1].map { column in Set(rows.map { $0[column] }).count }
    let label = counts[0] < counts[1] ? 0 : 1
    let repeats = rows.count { $0[label] == first[label] }
    guard counts[label] * 10 <= rows.count, repeats > 1, counts[1 - label] > counts[label] else {
      return nil
    }
    labelCount = counts[label]
    mapping = ColumnMapping(
      shape: .labelled(text: "text", label: "label"), indices: [1 - label, label], width: 2)
  }
}
