import Serialization

/// What a job may choose of its training; nil is `auto`.
struct Hyperparameters: Hashable, Sendable {
  /// Passes over the rows.
  var epochs: Int?
  /// Rows a step.
  var batchSize: Int?
  /// What the learning rate that would be chosen is multiplied by.
  var rateMultiplier: Double?
  /// How much a preference weighs, of the method dpo.
  var beta: Double?

  /// The passes that `auto` means: 3, but at least about 100 rows in all, and 25,000 at the most; the
  /// service that this API comes from chooses so.
  static func epochs(forRows count: Int) -> Int {
    let usual = 3
    if count * usual < 100 { return min(25, max(1, 100 / max(count, 1))) }
    return count * usual > 25_000 ? max(1, 25_000 / count) : usual
  }

  /// Reads the fields of `hyperparameters`, each a number or `"auto"`.
  init(_ fields: Fields?) throws(APIError) {
    guard let fields else { return }
    if Self.isChosen("n_epochs", fields) { epochs = try fields.integer("n_epochs", 1...50) }
    if Self.isChosen("batch_size", fields) { batchSize = try fields.integer("batch_size", 1...256) }
    if Self.isChosen("learning_rate_multiplier", fields) {
      rateMultiplier = try fields.number("learning_rate_multiplier", 1e-6...1e6)
    }
    if Self.isChosen("beta", fields) { beta = try fields.number("beta", 1e-4...2) }
  }

  private static func isChosen(_ name: String, _ fields: Fields) -> Bool {
    fields.value(name) != "auto"
  }

  /// As the API gives those that every method has.
  var json: JSONValue { .object(fields) }

  /// Those that every method has.
  var fields: JSONObject {
    [
      "n_epochs": epochs.map { .integer($0) } ?? "auto",
      "batch_size": batchSize.map { .integer($0) } ?? "auto",
      "learning_rate_multiplier": rateMultiplier.map { .number($0) } ?? "auto",
    ]
  }
}
