import Datasets
import Objectives
import Tokenizers

/// Looking at a row as it is trained.
extension Session {
  /// Returns a row, counted from 1, as tokens with what of them is trained.
  ///
  /// - Throws: ``SessionError/noSuchRow(_:of:count:)``, ``SessionError/unwritable(_:_:)``, and what
  ///   finding rows throws.
  package func mask(
    ofRow number: Int, of name: String? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> RowMask {
    let model = try loadedModel()
    let whole = try loadedData()
    let name = name ?? whole.name
    let rows = try rows(named: name)
    guard rows.indices.contains(number - 1) else {
      throw .noSuchRow(number, of: name, count: rows.count)
    }
    let kind = try objectiveKind(for: rows, named: name, of: model, under: settings)
    let areCompared = kind.isOfVectors
    let row = (areCompared ? kind.rows(rows) ?? rows : rows)[number - 1]
    // Rows that a head learns nothing from are shown as they would be written.
    let labels = try? taughtLabels(of: rows, named: name, for: model, under: settings)
    let encoder = model.encoder(
      settings, isText: Self.areText([row]), labels: labels,
      areCompared: areCompared)
    let sequences: [EncodedExample]
    do throws(ProblemReason) { sequences = try encoder.encode(row, row: number - 1) } catch {
      // As a training tells it.
      _ = try encode(
        [row], of: whole.dataset.file, for: model, labels: labels, areCompared: areCompared)
      throw .unwritable(.row(line: row.line), error)
    }
    if let result = try? encoder.encode([row], file: "") { note(result, tell) }
    func tokens(_ ids: [Int32], _ mask: [Bool]) -> [RowMask.Token] {
      zip(ids, mask).map { id, isTrained in
        RowMask.Token(
          text: model.tokenizer.token(of: id) ?? "\(id)", id: id, isTrained: isTrained)
      }
    }
    var all: [[RowMask.Token]] = []
    for sequence in sequences {
      if let texts = sequence.texts, labels == nil {
        all += texts.map { tokens($0, $0.map { _ in false }) }
        continue
      }
      let mask = sequence.prompt.map { _ in false } + sequence.lossMask
      all.append(tokens(sequence.prompt + sequence.ids, mask))
      if let other = sequence.other { all.append(tokens(other.ids, other.lossMask)) }
    }
    let names = labels == nil ? row.answerNames : [row.target]
    return RowMask(number: number, line: row.line, names: names, sequences: all)
  }
}

extension Example {
  /// What the row says of its answers.
  fileprivate var answerNames: [String] {
    switch content {
    case .preference: ["chosen", "rejected"]
    case .verdict(_, let isGood): [isGood ? "good" : "bad"]
    case .match(_, _, let negatives): ["query", "positive"] + negatives.map { _ in "negative" }
    case .alike(_, _, let score): ["first", "second, \(score)"]
    case .conversation, .completion, .text, .labelled, .marked: []
    }
  }
}

/// A row as tokens with what of them is trained.
package struct RowMask: Sendable {
  /// A token of a row.
  package struct Token: Hashable, Sendable {
    /// As the vocabulary spells it.
    package let text: String
    /// Its number.
    package let id: Int32
    /// Whether the model learns to write it.
    package let isTrained: Bool
  }
  /// The row's number, from 1, and its line in the file.
  package let number, line: Int
  /// What its sequences are, where they are answers that are judged, or their label; else nothing.
  package let names: [String]
  /// What is trained on: one sequence, or one for each answer, where the chat template rewrites history
  /// and where two answers are compared.
  package let sequences: [[Token]]

  /// The number of tokens that are trained.
  package var trainedCount: Int {
    sequences.reduce(0) { $0 + $1.dropFirst().count(where: \.isTrained) }
  }
}
