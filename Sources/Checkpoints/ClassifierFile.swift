import Serialization

/// The `classifier.json` of a folder: how the model or adapter in it is asked for a label.
///
/// It stands beside the files of other programs, which leave it alone.
package struct ClassifierFile: Hashable, Sendable {
  /// What the file is called in a folder.
  package static let name = "classifier.json"

  /// How a text and its label are written, as `{text}\nLabel: {label}`.
  package let form: String
  /// The labels there are, two or more, in the order of reports.
  package let labels: [String]

  package init(form: String, labels: [String]) {
    self.form = form
    self.labels = labels
  }

  /// Reads the file of a folder; nil when there is none.
  package init?(folder: String) throws(CheckpointError) {
    let path = folder + "/" + Self.name
    guard OpenFile.exists(path) else { return nil }
    let file = try ConfigReader(
      OpenFile.contents(of: path, limit: ModelContents.smallFileLimit), path: path)
    form = try file.required(file.string("form"), "form")
    labels = try file.strings("labels")
    guard labels.count > 1, Set(labels).count == labels.count, !labels.contains("") else {
      throw file.wrong("labels", "a list of two or more different texts")
    }
  }

  /// The file's text.
  package var text: String {
    let object: JSONObject = [
      "form": .string(form), "labels": .array(labels.map { .string($0) }),
    ]
    return JSONValue.object(object).prettyText + "\n"
  }
}
