import Serialization

extension Job {
  /// Reads what a client asks for.
  ///
  /// - Throws: ``APIError`` for fields that are not what they have to be; files and models are looked
  ///   at by whoever has them.
  init(_ fields: Fields) throws(APIError) {
    try fields.refuse(["integrations"])
    id = Identifier.new("ftjob-")
    createdAt = secondsNow()
    model = try fields.neededText("model")
    trainingFile = try fields.neededText("training_file")
    validationFile = try fields.text("validation_file")
    let suffix = try fields.text("suffix") ?? ""
    guard suffix.count <= 64,
      suffix.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
    else {
      throw .invalid(
        "'suffix' has up to 64 letters, digits, hyphens, dots and underscores.", param: "suffix")
    }
    self.suffix = suffix
    seed = try fields.integer("seed", 0...2_147_483_647) ?? Int.random(in: 0...2_147_483_647)
    method = try JobMethod(fields)
    hyperparameters = try Hyperparameters(try JobMethod.hyperparameters(fields))
    guard method == .dpo || hyperparameters.beta == nil else {
      throw .invalid(
        "'beta' is a hyperparameter of the method dpo alone.",
        param: "method.\(method.name).hyperparameters.beta")
    }
    metadata = try fields.metadata("metadata")
  }
}
