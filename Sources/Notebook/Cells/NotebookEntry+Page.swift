import Reporting

extension NotebookEntry {
  /// What a page shows of it.
  var section: Page.Section {
    switch self {
    case .text(let text): .text(text)
    case .cell(let cell):
      .cell(
        Page.Cell(
          number: cell.number, source: cell.source, items: cell.items,
          mark: cell.mark, seconds: cell.seconds))
    }
  }
}

extension Cell {
  /// What a page shows of it; printed lines that follow each other are one text.
  fileprivate var items: [Page.Item] {
    outputs.map(\.item).reduce(into: []) { items, item in
      if case .text(let more) = item, case .text(let text) = items.last {
        items[items.count - 1] = .text(text + "\n" + more)
      } else {
        items.append(item)
      }
    }
  }

  /// A word about a cell that did not end well; nil for the others.
  package var mark: String? {
    switch status {
    case .running, .done: nil
    case .stopped: "stopped"
    case .failed(let code): code.map { "error \($0.id)" } ?? "error"
    }
  }
}
