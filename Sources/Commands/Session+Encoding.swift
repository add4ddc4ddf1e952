import Datasets
import Reporting
import Session

extension Session {
  /// Turns rows into tokens for the model, telling what was cut, dropped or left out.
  func encoded(
    _ examples: [Example], of file: String, for model: LoadedModel, allowsNone: Bool = false
  ) throws(Diagnostic) -> [EncodedExample] {
    if examples.isEmpty, allowsNone { return [] }
    let isText = areText(examples)
    let encoder = model.encoder(settings, isText: isText)
    do throws(DatasetError) {
      let result = try encoder.encode(examples, file: file)
      note(result)
      return result.examples
    } catch {
      var diagnostic = Diagnostic(error, of: partName(of: examples))
      if case .noChatTemplate = error { diagnostic.hints += templates(for: model) }
      throw diagnostic
    }
  }

  private func areText(_ examples: [Example]) -> Bool {
    examples.allSatisfy { if case .text = $0.content { true } else { false } }
  }

  /// The templates that a model without one may take: its own that have names, or those of ours, the
  /// ones it knows the tokens of first.
  private func templates(for model: LoadedModel) -> [Diagnostic.Hint] {
    let own = model.templateNames
    guard own.isEmpty else {
      return own.map { .type("set template \"\($0)\"", remark: "one of the model's own") }
    }
    return BuiltInTemplate.all.filter { $0.missingToken(model.tokenizer) == nil }.map {
      .type("set template \($0.name)", remark: $0.about)
    }
  }

  /// Turns rows into tokens to look at them: those that are too long are left out and told, where a
  /// training would refuse them all.
  func encodedToLook(
    _ examples: [Example], of file: String, for model: LoadedModel
  ) throws(Diagnostic) -> [EncodedExample] {
    let isText = areText(examples)
    var encoder = model.encoder(settings, isText: isText)
    guard !isText, encoder.options.longRows != .cut, encoder.options.longRows != .drop else {
      return try encoded(examples, of: file, for: model)
    }
    var options = encoder.options
    options.longRows = .drop
    encoder = ExampleEncoder(encoder.encoder, renderer: encoder.renderer, options: options)
    // What cannot be encoded at all is told as a training tells it.
    guard let result = try? encoder.encode(examples, file: file) else {
      return try encoded(examples, of: file, for: model)
    }
    if !result.droppedLines.isEmpty {
      noteLong(result.droppedLines, limit: options.maximumLength, part: partName(of: examples))
    }
    note(result, tellsDropped: false)
    return result.examples
  }

  /// Tells of rows that are left out of a look, and what makes a training take them.
  private func noteLong(_ lines: [Int], limit: Int, part: String) {
    let first = lines.prefix(8).map(String.init).joined(separator: ", ")
    let rows =
      Wording.count(lines.count, "row")
      + " (line\(lines.count == 1 ? "" : "s") \(first)\(lines.count > 8 ? ", …" : ""))"
    show(
      .report(
        .diagnostic(
          Diagnostic(
            .note, code: nil,
            "\(rows) longer than \(limit) tokens left out here; `train` would refuse.",
            hints: Diagnostic.hintsForLongRows(of: part, limit: limit)))))
  }

  /// What the rows are called: a part of the current data, or `data`.
  private func partName(of examples: [Example]) -> String {
    ["train", "dev", "test"].first { currentData?.part($0) == examples } ?? "data"
  }

  private func note(_ result: EncodedDataset, tellsDropped: Bool = true) {
    let notes = [
      (result.cutLines.count, "cut to the model's context"),
      (tellsDropped ? result.droppedLines.count : 0, "left out: longer than the model's context"),
      (
        result.joinedLines.count,
        "with a token that begins in the prompt and ends in the answer; `sample` starts from the "
          + "prompt alone, so let the answer begin with the space instead"
      ),
      (result.specialTokenLines.count, "with a special token spelled out, which is read as one"),
    ]
    for (count, what) in notes { noteRows(count, what) }
    noteUnwritten(result.unwrittenKeys)
  }

  /// Tells which keys the rows have that nothing is made of, and in how many rows.
  private func noteUnwritten(_ keys: [String: Int]) {
    guard !keys.isEmpty else { return }
    let named = keys.sorted { $0.key < $1.key }.map { key, count in
      "`\(key)` (\(Wording.count(count, "row")))"
    }
    show(
      .report(
        .diagnostic(
          Diagnostic(
            .note, code: nil,
            "the chat template does not write \(named.joined(separator: ", ")): not trained."))))
  }

  /// Tells what was done with some rows, if there are any.
  func noteRows(_ count: Int, _ what: String) {
    guard count > 0 else { return }
    show(
      .report(
        .diagnostic(Diagnostic(.note, code: nil, "\(Wording.count(count, "row")) \(what)."))))
  }
}
