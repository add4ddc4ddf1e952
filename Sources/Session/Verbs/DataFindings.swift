package import Datasets
import Tokenizers

/// What is to be said about data before it is trained on.
package struct DataFindings: Sendable {
  /// What was looked at.
  package let data: LoadedData
  /// Sizes, lengths, labels and doubles.
  package let summary: DatasetSummary
  /// Rows of dev and test whose input is also in train, by line of the file.
  package let leakLines: [Int]
  /// Lines of rows that have a carriage return where an answer is.
  package let returnLines: [Int]
  /// The longest a row may be, in tokens; nil without a model.
  package let limit: Int?
  /// Lines of rows longer than that.
  package let longLines: [Int]
  /// Lines of rows that say nearly what an earlier row of their part says, with the same answer.
  package let nearLines: [Int]
  /// Lines of held-out rows whose input is nearly one of train.
  package let nearLeakLines: [Int]
  /// What would stop a training, or spoil it a little; nil without a model that could take the rows.
  package let proof: DataProof?

  /// Whether a training on train would not begin.
  package var stopsTraining: Bool { proof?.stopping.isEmpty == false }

  init(_ data: LoadedData, encoder: ExampleEncoder?) {
    self.data = data
    let near = NearFindings(data)
    (nearLines, nearLeakLines) = (near.doubles, near.leaks)
    proof = encoder?.proof(of: data)
    summary = DatasetSummary(data.dataset, encoder: encoder)
    let heldOut = data.dev + data.test
    leakLines = Duplicates.leaks(of: heldOut, into: data.train).map { heldOut[$0].line }
    returnLines = data.dataset.examples.filter(\.hasReturnInAnswer).map(\.line)
    limit = encoder?.options.maximumLength
    guard let encoder else {
      longLines = []
      return
    }
    longLines = data.dataset.examples.filter { example in
      guard let sequences = try? encoder.encode(example, row: 0) else { return false }
      return sequences.contains { $0.length > encoder.options.maximumLength }
    }.map(\.line)
  }

  /// Everything that is wrong, counted.
  package var problemCount: Int {
    summary.duplicates.extraCount + summary.duplicates.conflicts.count + leakLines.count
      + returnLines.count + longLines.count
  }
}

/// What rows nearly say a second time.
private struct NearFindings {
  var doubles: [Int] = []
  var leaks: [Int] = []

  init(_ data: LoadedData) {
    let parts = LoadedData.partNames.map { data.part($0) ?? [] }
    let rows = parts.flatMap { $0 }
    let groups = NearDuplicates(rows.map(\.input)).groupOfRow
    let (inputs, targets) = (
      rows.map { TextFolding.fold($0.input) }, rows.map { TextFolding.fold($0.target) }
    )
    // By the group and the target: what was said before, in these very words or nearly.
    var said: [Said: Set<String>] = [:]
    let trained = Set(groups.prefix(parts[0].count))
    let trainedInputs = Set(inputs.prefix(parts[0].count))
    var row = 0
    for (number, part) in parts.enumerated() {
      for example in part {
        let key = Said(part: number, group: groups[row], target: targets[row])
        let isNew = said[key, default: []].insert(inputs[row]).inserted
        if isNew, said[key]?.count ?? 0 > 1 { doubles.append(example.line) }
        if number > 0, trained.contains(groups[row]), !trainedInputs.contains(inputs[row]) {
          leaks.append(example.line)
        }
        row += 1
      }
    }
  }

  private struct Said: Hashable {
    let part, group: Int
    let target: String
  }
}

extension ExampleEncoder {
  /// What a training on train would find; nil where it could not take the rows at all.
  fileprivate func proof(of data: LoadedData) -> DataProof? {
    var options = options
    options.badRows = .skip
    if options.longRows == .refuse { options.longRows = .drop }
    let encoder = ExampleEncoder(encoder, template: template, options: options)
    guard let encoded = try? encoder.encode(data.train, file: data.dataset.file) else { return nil }
    return DataProof(
      train: data.train, heldOut: data.dev + data.test, encoded: encoded.examples, by: encoder)
  }
}

extension Session {
  /// Looks for what spoils a training: doubles, leaks, rows that are too long for the model.
  package func check(_ data: LoadedData) -> DataFindings {
    let isText = Self.areText(data.dataset.examples)
    let labels = model.flatMap {
      try? taughtLabels(of: data.dataset.examples, named: data.name, for: $0, under: settings)
    }
    return DataFindings(
      data, encoder: model?.encoder(settings, isText: isText, labels: labels))
  }
}

extension Example {
  /// Whether what is to be learned has a carriage return in it.
  fileprivate var hasReturnInAnswer: Bool {
    let answers: [String] =
      switch content {
      case .conversation(let turns): turns.filter(\.isTrained).map(\.content)
      case .completion(_, let completion): [completion]
      case .text(let text): [text]
      case .labelled(_, let label): [label]
      case .marked(_, let labels): labels
      case .preference, .verdict, .match, .alike: [target]
      }
    return answers.contains { $0.utf8.contains(UInt8(ascii: "\r")) }
  }
}
