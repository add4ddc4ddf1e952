import Checkpoints
import Datasets

/// The file from which Ollama makes a model: what it is made of, and how it is asked.
///
/// Source: github.com/ollama/ollama, docs/modelfile.md.
struct Modelfile {
  /// Where the model is: a file or a folder.
  let from: String
  /// Where an adapter of it is, where it has one.
  var adapter: String?
  /// How a conversation is written, as a template of Go; nil where Ollama is to find that out.
  var template: String?
  /// Texts at which an answer ends.
  var stops: [String] = []
  /// The longest sequence, in tokens.
  var context: Int?
  /// What a conversation begins with.
  var system: String?
  /// What a reader should know.
  var remarks: [String] = []

  /// What tells a file of ours, which a later export may replace, from one written by a person.
  private static let marker =
    "# Written by Tunebook; without this line an export leaves the file alone."

  /// The file's name.
  static let name = "Modelfile"

  /// The file's text.
  var text: String {
    var lines = [Self.marker] + remarks.map { "# " + $0 }
    lines += ["FROM " + from] + (adapter.map { ["ADAPTER " + $0] } ?? [])
    if let template { lines.append("TEMPLATE \"\"\"\(template)\"\"\"") }
    if let system { lines.append("SYSTEM \"\"\"\(system)\"\"\"") }
    lines += stops.map { "PARAMETER stop \"\($0.replacing("\"", with: "\\\""))\"" }
    if let context { lines.append("PARAMETER num_ctx \(context)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether there is no file at `path`, or one that an export wrote.
  static func mayBeWritten(_ path: String) -> Bool {
    guard fileExists(path) else { return true }
    let bytes = try? OpenFile.contents(of: path, limit: ModelContents.smallFileLimit)
    return bytes.map { String(decoding: $0, as: UTF8.self).hasPrefix(marker) } ?? false
  }
}
