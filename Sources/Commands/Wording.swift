import Datasets
import Models
import Reporting
import Session
import Tensors

/// Small words that several commands show.
enum Wording {
  /// A count with its noun: `1 row`, `2,140 rows`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(Quantity.count(count).text) \(noun)\(count == 1 ? "" : "s")"
  }

  /// The first few of the lines of rows: `3, 17, 20`.
  static func lines(_ lines: [Int]) -> String {
    lines.prefix(8).map(String.init).joined(separator: ", ") + (lines.count > 8 ? ", …" : "")
  }

  /// Names in backquotes: `a`, `b` and `c`.
  static func list(_ names: [String]) -> String {
    let quoted = names.map { "`\($0)`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A size in bytes.
  static func size(_ bytes: Int) -> String { Quantity(Double(bytes), .bytes).text }

  /// A text with its lines joined by spaces, for cells and fields.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// The first labels of a form, and how many more there are.
  static func labels(_ form: LabelForm) -> String {
    let shown = form.labels.prefix(12).map(oneLine).joined(separator: ", ")
    return form.labels.count > 12 ? shown + ", … (\(form.labels.count))" : shown
  }

  /// A number in four digits that count, such as a learning rate: `0.0003536`.
  static func digits(_ number: Double) -> String {
    NumberText.shortest(NumberText.rounded(number, digits: 4))
  }

  /// What a model's weights are kept as, and the memory they take: `int8, 35.9 MB`.
  static func base(of model: LoadedModel) -> String {
    let size = Quantity(Double(model.model.weightByteCount), .bytes)
    return "\(model.model.weightFormats.map(\.rawValue).joined(separator: " and ")), \(size.text)"
  }

  /// That none of a model's weights are multiplied in integers, although it is set; nil where some are.
  static func floats(of model: LoadedModel?, _ settings: Settings) -> String? {
    guard let model, settings.activations == .int8,
      !model.model.weightFormats.contains(where: \.hasIntegers)
    else { return nil }
    return "activations int8 changes nothing for \(model.name), whose weights are no integers: "
      + "set base int8"
  }

  /// The line that loads the model again: `load model finch`.
  static func loading(_ model: LoadedModel, _ resources: Resources) -> String {
    let isBundled = resources.model(named: model.name).map { $0 == model.folder } ?? false
    return "load model \(isBundled ? model.name : "\"\(model.folder ?? "path/to/folder")\"")"
  }
}
