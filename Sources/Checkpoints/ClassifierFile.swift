import Serialization

/// The `classifier.json` of a folder: how the model or adapter in it is asked for a label.
///
/// It stands beside the files of other programs, which leave it alone.
package struct ClassifierFile: Hashable, Sendable {
  /// What the file is called in a folder.
  package static let name = "classifier.json"

  /// The form of an adapter that has a head which chooses from the labels.
  package static let head = "head"

  /// How a text and its label are written, as `{text}\nLabel: {label}`, or ``head``.
  package let form: String
  /// The labels there are, two or more of a form, in the order of reports.
  package let labels: [String]
  /// What a text has of a head's labels, as config.json has it; nil for a form.
  package let problemType: String?

  package init(form: String, labels: [String], problemType: String? = nil) {
    self.form = form
    self.labels = labels
    self.problemType = problemType
  }

  /// Reads the file of a folder; nil when there is none.
  package init?(folder: String) throws(CheckpointError) {
    let path = folder + "/" + Self.name
    guard OpenFile.exists(path) else { return nil }
    let file = try ConfigReader(
      OpenFile.contents(of: path, limit: ModelContents.smallFileLimit), path: path)
    form = try file.required(file.string("form"), "form")
    labels = try file.strings("labels")
    problemType = try file.string("problem_type")
    guard labels.count > (form == Self.head ? 0 : 1), Set(labels).count == labels.count,
      !labels.contains("")
    else {
      throw file.wrong("labels", "a list of two or more different texts")
    }
  }

  /// The file's text.
  package var text: String {
    var object: JSONObject = [
      "form": .string(form), "labels": .array(labels.map { .string($0) }),
    ]
    if let problemType { object["problem_type"] = .string(problemType) }
    return JSONValue.object(object).prettyText + "\n"
  }
}
