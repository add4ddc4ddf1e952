import Checkpoints
package import Reporting

/// A page that people read in a browser and that has its notebook inside, which programs can run.
///
/// A stranger's page is data: only the one element that we write is read, and only as we write it.
package enum SharedPage {
  /// Whether a name is that of a page.
  package static func isPage(_ path: String) -> Bool {
    path.hasSuffix(".html") || path.hasSuffix(".htm")
  }

  /// The notebook of a session's entries as a page carries it.
  package static func attachment(_ writer: NotebookWriter, path: String) -> Page.Attachment {
    let text = writer.markdown(for: path, withPictures: false).text
    return Page.Attachment(text, sha256: ContentHash.of(Array(text.utf8)))
  }

  /// The notebook that a page carries, each line of it on the number that it has in the page.
  ///
  /// - Throws: `N111` for a page without one, with several, or with one that was changed.
  static func notebook(of file: SourceFile, path: String) throws(Diagnostic) -> MarkdownNotebook {
    let found = Page.Attachment.all(in: file.text)
    guard let first = found.first else {
      throw problem("\(path) has no notebook inside.", path)
    }
    guard found.count == 1 else {
      throw problem(
        "\(path) has \(found.count) notebooks inside, the second in line \(found[1].line).", path)
    }
    guard let attachment = first.attachment else {
      throw problem(
        "the notebook in \(path), from line \(first.line) on, is not written as `:share` does.",
        path)
    }
    let sha256 = ContentHash.of(Array(attachment.text.utf8))
    guard sha256 == attachment.sha256 else {
      throw problem(
        "the notebook in \(path), from line \(first.line) on, was changed: its SHA-256 begins with "
          + "\(sha256.prefix(8)), not \(attachment.sha256.prefix(8)).", path)
    }
    return MarkdownNotebook(String(repeating: "\n", count: first.line - 1) + attachment.text)
  }

  private static func problem(_ message: String, _ path: String) -> Diagnostic {
    Diagnostic(
      code: .noSharedNotebook, message,
      hints: [.type(":share \(path)", remark: "in the session that it came from")])
  }
}

extension DiagnosticCode {
  static let noSharedNotebook = DiagnosticCode(
    "N111", "page without its notebook",
    "A page that `:share` wrote has the session's notebook inside, unseen, with its SHA-256, and "
      + "`ft run page.html` runs that and nothing else of the page. This one has none, or not as it was "
      + "written. Pages of `save report` have none.")
}
