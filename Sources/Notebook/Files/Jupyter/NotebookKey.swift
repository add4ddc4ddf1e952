/// The names that Jupyter notebooks keep this program's own things under.
package enum NotebookKey {
  /// In metadata: what the program needs to know of a notebook, a cell or an output.
  package static let name = "tunebook"
  /// The language's name, which the kernel's is too.
  package static let language = "tunebook"
  /// In a picture's metadata: where it stands beside the Markdown form.
  package static let path = "path"
  /// In a picture's metadata: its title.
  package static let title = "title"
  /// In an output's metadata: it is where progress was shown, and no part of what a cell gave.
  package static let progress = "progress"
  /// In an output's metadata: the places in the cell's `stdout`, in Unicode scalars, of what models
  /// wrote; all else was printed by the cell.
  package static let generated = "generated"
  /// Among an output's data: a command's name and value.
  package static let result = "application/vnd.tunebook.result+json"
  /// Among an output's data: the cell's value.
  package static let value = "application/vnd.tunebook.value+json"
}
