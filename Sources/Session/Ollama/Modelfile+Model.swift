import Checkpoints
import Datasets
import Foundation
import Models
import Tokenizers

extension Modelfile {
  /// The Modelfile of a model that was exported to `path`, and what is to be said of it.
  static func of(
    _ model: LoadedModel, at path: String, isAdapter: Bool, _ settings: Settings, rows: [Example]
  ) -> (file: Modelfile, notes: [String]) {
    let own = "./" + (path.split(separator: "/").last.map(String.init) ?? path)
    var file = Modelfile(from: isAdapter ? Self.base(of: model) : own)
    if isAdapter {
      file.adapter = own
      file.remarks.append(
        "FROM is the model that the adapter was trained on: its folder, or a GGUF")
      file.remarks.append("file of it, such as `export gguf` writes after `reset`.")
    }
    file.stops = model.ends(settings).stops.sorted().compactMap(model.tokenizer.token)
    file.context = model.model.config.maximumPositions
    file.system = Self.commonSystem(of: rows)
    var notes: [String] = []
    if let template = model.goTemplate {
      file.template = template
    } else {
      let reason = "the chat template does more than to put texts around turns"
      notes.append("the Modelfile has no TEMPLATE, as \(reason); the one in the file counts.")
      file.remarks.append("No TEMPLATE: \(reason).")
    }
    return (file, notes)
  }

  private static func base(of model: LoadedModel) -> String {
    guard let folder = model.folder else { return "base.gguf" }
    return URL(fileURLWithPath: folder).standardizedFileURL.path
  }

  /// The system's text with which all conversations begin; nil where they differ.
  private static func commonSystem(of rows: [Example]) -> String? {
    var texts: Set<String?> = []
    for row in rows {
      guard case .conversation(let turns) = row.content else { return nil }
      texts.insert(turns.first.flatMap { $0.role == .system ? $0.content : nil })
    }
    return texts.count == 1 ? texts.first ?? nil : nil
  }
}

extension LoadedModel {
  /// How the model is asked, as a template of Go; nil where that cannot be said in one.
  fileprivate var goTemplate: String? {
    guard let conversations = conversationTemplate else { return "{{ .Prompt }}" }
    guard !(contents.chatTemplate ?? "").contains("strftime_now") else { return nil }
    let begin = beginToken.flatMap(tokenizer.token)
    let shape = ConversationShape(of: conversations)
    return (begin.flatMap { shape?.without(beginToken: $0) } ?? shape)?.goTemplate
  }
}
