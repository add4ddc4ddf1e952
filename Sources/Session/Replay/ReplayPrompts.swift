import Datasets
import Models
import Tokenizers

/// What a saved model is asked beside the model itself: the first rows of dev, of the data when that
/// is not divided, or a few texts of ours.
struct ReplayPrompts {
  /// Rows of the session's data, with the file that they come from; nil without any.
  private let rows: (examples: [Example], file: String)?

  /// Texts that bring letters of several scripts, digits, white space and marks.
  private static let texts = [
    "The capital of France is Paris, and the river through it is the Seine.",
    "def add(a, b):\n    return a + b\n\nprint(add(2, 40))  # 42",
    "Grüße aus Zürich! Прочитай это: 3.14159, 中文字符, and \"don't\" – it's 10% off…",
    "Question: What is the sum of 17 and 25?\nAnswer:",
  ]

  /// The most rows that are asked, and the most tokens of each.
  private static let rowLimit = 8
  private static let lengthLimit = 96
  /// The most logits that are kept: 128 MiB of them.
  private static let logitLimit = 32 << 20

  init(_ data: LoadedData?) {
    let rows = data.map { $0.dev.isEmpty ? $0.train : $0.dev } ?? []
    let file = data?.dataset.file ?? ""
    self.rows = rows.isEmpty ? nil : (Array(rows.prefix(Self.rowLimit)), file)
  }

  /// The prompts as tokens of a model, each at least one and at most `context`, all of them few
  /// enough for memory.
  func encoded(for model: LoadedModel, _ settings: Settings, context: Int) -> [[Int32]] {
    var room = max(16, Self.logitLimit / model.model.config.vocabularySize)
    var prompts: [[Int32]] = []
    let limit = min(Self.lengthLimit, context)
    for ids in ids(for: model, settings) where room > 0 && !ids.isEmpty {
      prompts.append(Array(ids.prefix(min(limit, room))))
      room -= prompts[prompts.count - 1].count
    }
    return prompts
  }

  private func ids(for model: LoadedModel, _ settings: Settings) -> [[Int32]] {
    if let rows {
      let encoder = model.encoder(settings)
      let encoded = rows.examples.compactMap { row in
        (try? encoder.encode([row], file: rows.file))?.examples.first
          .map { $0.prompt.isEmpty ? $0.ids : $0.prompt }
      }
      if !encoded.isEmpty { return encoded }
    }
    let vectors = model.model.config.vocabularySize
    return Self.texts.map { text in
      model.tokenizer.encode(text, addingSpecialTokens: true).filter { $0 < vectors }
    }
  }
}
