import Foundation
package import Reporting
import Serialization

extension JupyterNotebook {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: its text.
  ///   - path: its name, for messages.
  /// - Throws: `N122` for what is no notebook, or one of another language.
  package init(_ file: SourceFile, path: String) throws(Diagnostic) {
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(parsing: file.bytes) } catch {
      throw Self.problem("\(path) is no notebook of Jupyter: \(error.description).")
    }
    guard let format = json["nbformat"]?.int, let cells = json["cells"]?.array, format == 4 else {
      guard let format = json["nbformat"]?.int, format != 4 else {
        throw Self.problem("\(path) is no notebook of Jupyter: it has no cells, or no `nbformat`.")
      }
      throw Self.problem(
        "\(path) is a notebook of format \(format), and format 4 is read.",
        hint: "in a shell, `jupyter nbconvert --to notebook --nbformat 4 \(path)`")
    }
    let language =
      json["metadata"]?["kernelspec"]?["language"]?.string
      ?? json["metadata"]?["language_info"]?["name"]?.string
    if let language, language != NotebookKey.language {
      throw Self.problem("\(path) is a notebook of \(language), and not of ft.")
    }
    var read: [Cell] = []
    for (place, cell) in zip(1..., cells) {
      read.append(try Self.cell(cell, "cell \(place) of \(path)"))
    }
    let own = json["metadata"]?[NotebookKey.name]
    self.init(
      cells: read, environment: own?["environment"]?.string, original: own?["markdown"]?.string)
  }

  private static func cell(_ json: JSONValue, _ name: String) throws(Diagnostic) -> Cell {
    guard let kind = json["cell_type"]?.string.flatMap(Cell.Kind.init) else {
      throw problem("\(name) is of no kind that is known: `code`, `markdown` or `raw`.")
    }
    guard let source = text(json["source"]) else {
      throw problem("\(name) has no `source`, or one that is no text.")
    }
    guard kind == .code else { return Cell(kind, source) }
    var outputs: [JSONObject] = []
    for output in json["outputs"]?.array ?? [] {
      guard let object = output.object, object["output_type"]?.string != nil else {
        throw problem("\(name) has an output without `output_type`.")
      }
      outputs.append(joined(object))
    }
    return Cell(kind, source, number: json["execution_count"]?.int, outputs: outputs)
  }

  /// An output whose texts are whole, however the file has them.
  private static func joined(_ output: JSONObject) -> JSONObject {
    var output = output
    if let text = text(output["text"]) { output["text"] = .string(text) }
    guard let data = output["data"]?.object else { return output }
    output["data"] = .object(
      JSONObject(
        data.entries.map { type, value in
          // Only these are texts that may come in lines.
          let isText = !type.hasSuffix("json")
          return (type, isText ? text(value).map { .string($0) } ?? value : value)
        }))
    return output
  }

  /// A text, or its lines.
  private static func text(_ json: JSONValue?) -> String? {
    if let text = json?.string { return text }
    guard let lines = json?.array else { return nil }
    let texts = lines.compactMap(\.string)
    return texts.count == lines.count ? texts.joined() : nil
  }

  private static func problem(_ message: String, hint: String? = nil) -> Diagnostic {
    Diagnostic(
      code: .noJupyterNotebook, message,
      hints: [.help(hint ?? "`ft convert lab.ft.md lab.ipynb` in a shell makes one that is")])
  }
}

extension DiagnosticCode {
  static let noJupyterNotebook = DiagnosticCode(
    "N122", "file that is no notebook of Jupyter's",
    "A file whose name ends in .ipynb is a notebook as Jupyter writes it: JSON of format 4, with cells in "
      + "this program's language. This one is something else, was cut short, or holds another language. "
      + "Nothing of it was run.")
}
