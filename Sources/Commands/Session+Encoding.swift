import Datasets
import Reporting
import Session

extension Session {
  /// Turns rows into tokens for the model, telling what was cut, dropped or left out.
  func encoded(
    _ examples: [Example], of file: String, for model: LoadedModel, allowsNone: Bool = false
  ) throws(Diagnostic) -> [EncodedExample] {
    if examples.isEmpty, allowsNone { return [] }
    let isText = examples.allSatisfy { if case .text = $0.content { true } else { false } }
    let encoder = model.encoder(settings, isText: isText)
    do throws(DatasetError) {
      let result = try encoder.encode(examples, file: file)
      note(result)
      return result.examples
    } catch {
      var diagnostic = Diagnostic(error)
      if case .noChatTemplate = error { diagnostic.hints += templates(for: model) }
      throw diagnostic
    }
  }

  /// The templates of ours that a model without one may take, those it knows the tokens of first.
  private func templates(for model: LoadedModel) -> [Diagnostic.Hint] {
    BuiltInTemplate.all.filter { $0.missingToken(model.tokenizer) == nil }.map {
      .type("set template \($0.name)", remark: $0.about)
    }
  }

  private func note(_ result: EncodedDataset) {
    let notes = [
      (result.cutLines.count, "cut to the model's context"),
      (result.droppedLines.count, "left out: longer than the model's context"),
      (
        result.joinedLines.count,
        "with a token that begins in the prompt and ends in the answer; `sample` starts from the "
          + "prompt alone, so let the answer begin with the space instead"
      ),
      (result.specialTokenLines.count, "with a special token spelled out, which is read as one"),
    ]
    for (count, what) in notes { noteRows(count, what) }
  }

  /// Tells what was done with some rows, if there are any.
  func noteRows(_ count: Int, _ what: String) {
    guard count > 0 else { return }
    show(
      .report(
        .diagnostic(Diagnostic(.note, code: nil, "\(Wording.count(count, "row")) \(what)."))))
  }
}
