package import Serialization

/// Jupyter's form of a notebook, `lab.ipynb`: cells with what they showed, as JSON.
///
/// It holds what the Markdown form does. A Markdown file becomes one and comes back byte for byte; what
/// Jupyter has beyond that, such as tables as HTML, the Markdown form does not keep.
package struct JupyterNotebook: Hashable, Sendable {
  /// A cell.
  package struct Cell: Hashable, Sendable {
    /// What a cell is.
    package enum Kind: String, Hashable, Sendable {
      case code
      case markdown
      /// For other programs; no part of the work.
      case raw
    }

    /// What it is.
    package let kind: Kind
    /// Its text.
    package let source: String
    /// The number that it had when it was run.
    package var number: Int?
    /// What it showed and gave.
    package var outputs: [JSONObject] = []

    init(_ kind: Kind, _ source: String, number: Int? = nil, outputs: [JSONObject] = []) {
      self.kind = kind
      self.source = source
      self.number = number
      self.outputs = outputs
    }
  }

  /// In order.
  package let cells: [Cell]
  /// On what it ran, as notebook files write it; nil when nothing says so.
  package let environment: String?
  /// The Markdown file that it was made of, when that is written otherwise than ours are.
  let original: String?

  init(cells: [Cell], environment: String?, original: String? = nil) {
    self.cells = cells
    self.environment = environment
    self.original = original
  }

  /// Whether a name is that of Jupyter's form.
  package static func isJupyter(_ path: String) -> Bool { path.hasSuffix(".ipynb") }

  /// Whether both have the same cells, in whatever order the fields of their outputs are.
  func hasCells(of other: JupyterNotebook) -> Bool {
    func sorted(_ cell: Cell) -> Cell {
      var cell = cell
      cell.outputs = cell.outputs.map { JSONValue.object($0).sorted.object ?? $0 }
      return cell
    }
    return cells.map(sorted) == other.cells.map(sorted)
  }

  // MARK: Writing

  /// The file's text.
  package var text: String {
    var own: JSONObject = [:]
    own["environment"] = environment.map { .string($0) }
    own["markdown"] = original.map { .string($0) }
    let notebook: JSONValue = [
      "cells": .array(zip(1..., cells).map(Self.json)),
      "metadata": [
        "kernelspec": [
          "display_name": "Tunebook", "language": .string(NotebookKey.language),
          "name": .string(NotebookKey.language),
        ],
        "language_info": ["file_extension": ".ft", "name": .string(NotebookKey.language)],
        NotebookKey.name: .object(own),
      ],
      "nbformat": 4, "nbformat_minor": 5,
    ]
    return notebook.prettyText + "\n"
  }

  private static func json(_ place: Int, _ cell: Cell) -> JSONValue {
    var json: JSONObject = ["cell_type": .string(cell.kind.rawValue)]
    if cell.kind == .code { json["execution_count"] = cell.number.map { .integer($0) } ?? .null }
    json["id"] = .string("\(cell.kind.rawValue)-\(place)")
    json["metadata"] = [:]
    if cell.kind == .code { json["outputs"] = .array(cell.outputs.map { .object($0) }) }
    json["source"] = lines(cell.source)
    return .object(json)
  }

  /// A text as Jupyter writes it: its lines with their ends.
  private static func lines(_ text: String) -> JSONValue {
    let lines = CellText.lines(text)
    let ended = lines.dropLast().map { $0 + "\n" } + lines.suffix(1).filter { !$0.isEmpty }
    return .array(ended.map { .string($0) })
  }
}

extension JSONValue {
  /// The value with the fields of its objects in alphabetical order, as Jupyter saves them.
  var sorted: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted) }))
    default: self
    }
  }
}
