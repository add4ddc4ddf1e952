/// What a session did, to be written as one document: cells with what they showed, and on what
/// they ran.
package struct Page: Hashable, Sendable {
  /// A cell: its text, what came of it, and how it ended.
  package struct Cell: Hashable, Sendable {
    /// Its number in the session.
    package var number: Int
    /// What was entered.
    package var source: String
    /// What it showed, in order.
    package var items: [Item]
    /// A word about a cell that did not end well, as `stopped`; nil for the others.
    package var mark: String?
    /// How long it took.
    package var seconds: Double

    package init(
      number: Int, source: String, items: [Item], mark: String? = nil, seconds: Double
    ) {
      self.number = number
      self.source = source
      self.items = items
      self.mark = mark
      self.seconds = seconds
    }
  }

  /// A piece of what a cell showed.
  package enum Item: Hashable, Sendable {
    /// Lines as they were written.
    case text(String)
    case report(Report)
    /// The value of a command, by its name, or of a cell when there is none.
    case value(name: String?, [Report.Field])
  }

  /// A part of the document.
  package enum Section: Hashable, Sendable {
    /// Words between cells, paragraphs separated by empty lines.
    case text(String)
    case cell(Cell)
  }

  /// The heading, and the title of the document.
  package var title: String
  /// What there is to say first: what was done, on what, and what came of it.
  package var summary: [Report.Field]
  /// Cells and the words between them, in order.
  package var sections: [Section]
  /// Program, machine and inputs.
  package var environment: [Report.Field]
  /// What it carries unseen, for programs; nil for a page to be read alone.
  package var attachment: Attachment?

  package init(
    title: String, summary: [Report.Field] = [], sections: [Section],
    environment: [Report.Field]
  ) {
    self.title = title
    self.summary = summary
    self.sections = sections
    self.environment = environment
  }
}
