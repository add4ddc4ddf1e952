package import Datasets

/// Rows as tokens of the model.
extension Session {
  /// Turns rows into tokens, telling what was cut, dropped or left out; without `settings`, under
  /// those of the session.
  ///
  /// With `labels` whole texts are given theirs; `areCompared` says that texts become vectors.
  ///
  /// - Throws: ``SessionError/rows(_:part:)``.
  package func encode(
    _ rows: [Example], of file: String, for model: LoadedModel, under settings: Settings? = nil,
    labels: LabelSet? = nil, areCompared: Bool = false, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> [EncodedExample] {
    let encoder = model.encoder(
      settings ?? self.settings, isText: Self.areText(rows), labels: labels,
      areCompared: areCompared)
    let part = partName(of: rows)
    let file = part == "dev" ? currentData?.devFile ?? file : file
    do throws(DatasetError) {
      let result = try encoder.encode(rows, file: file)
      note(result, tell)
      return result.examples
    } catch { throw .rows(error, part: part) }
  }

  /// Turns rows into tokens to look at them: those that are too long are left out and told, where a
  /// training would refuse them all.
  ///
  /// - Throws: ``SessionError/rows(_:part:)``.
  func encodeToLook(
    _ rows: [Example], of file: String, for model: LoadedModel, labels: LabelSet? = nil,
    areCompared: Bool = false, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [EncodedExample] {
    let isText = Self.areText(rows)
    var encoder = model.encoder(settings, isText: isText, labels: labels)
    guard !isText, !areCompared, encoder.options.longRows != .cut, encoder.options.longRows != .drop
    else {
      return try encode(
        rows, of: file, for: model, labels: labels, areCompared: areCompared, tell: tell)
    }
    var options = encoder.options
    options.longRows = .drop
    encoder = ExampleEncoder(encoder.encoder, template: encoder.template, options: options)
    // What cannot be encoded at all is told as a training tells it.
    guard let result = try? encoder.encode(rows, file: file) else {
      return try encode(rows, of: file, for: model, labels: labels, tell: tell)
    }
    if !result.droppedLines.isEmpty {
      tell(
        .rows(
          .tooLong(
            lines: result.droppedLines, limit: options.maximumLength, part: partName(of: rows))))
    }
    note(result, tellsDropped: false, tell)
    return result.examples
  }

  static func areText(_ rows: [Example]) -> Bool {
    rows.allSatisfy { if case .text = $0.content { true } else { false } }
  }

  /// What the rows are called: a part of the current data, or `data`.
  private func partName(of rows: [Example]) -> String {
    LoadedData.partNames.first { currentData?.part($0) == rows } ?? "data"
  }

  func note(
    _ result: EncodedDataset, tellsDropped: Bool = true, _ tell: (VerbEvent) -> Void
  ) {
    let counts = [
      (result.cutLines.count, RowNote.cut),
      (tellsDropped ? result.droppedLines.count : 0, RowNote.leftOut),
      (result.joinedLines.count, RowNote.joined),
      (result.specialTokenLines.count, RowNote.specialTokens),
      (result.dividedLines.count, RowNote.divided),
      (result.reopenedLines.count, RowNote.reopened),
      (result.unclosedLines.count, RowNote.unclosed),
      (result.endlessLines.count, RowNote.endless),
    ]
    for (count, note) in counts where count > 0 { tell(.rows(note(count))) }
    if !result.unwrittenKeys.isEmpty { tell(.rows(.unwritten(result.unwrittenKeys))) }
  }
}
