import Adapters
import Checkpoints
import Constraints
import Datasets
import Fetching
import Language
import Models
import Reporting
import Session
import Tensors
import Training

/// Errors of verbs in the words of the command that asked for them.
extension Session {
  /// What a command ends with when its verb failed.
  func explained(_ error: SessionError, _ call: Call) -> any Error {
    switch error {
    case .stopped: CancellationError()
    case .device(let error): Diagnostic(error)
    case .noModel: noModel(call.signature.name)
    case .cannotWrite(let task, let model): cannotWrite(call.signature.name, task, model)
    case .noData: noData(call.signature.name)
    case .unknownData(let name, let known):
      unknownData(name, known: known, at: call.label(call.dataSlot, Self.loaded(known)))
    case .noRows(let name, let file): noRows(name, file: file, at: call.place(call.dataSlot))
    case .unlikeRows(let one, let other): JoinData.unlike(one, other, call)
    case .noRowLeft:
      Diagnostic(
        code: .noRows, "no row to train on would be left.",
        at: call.label(call.slot("filter") == nil ? call.dataSlot : "filter"),
        hints: [.type("check data", remark: "shows what is found wrong with which rows")])
    case .notAModel(let place, let path):
      place.refusal(of: path, resources) { call.label("model", $0) }
    case .notAnAdapter(let place, let path): place.refusalAsAdapter(of: path)
    case .hasAdapter(let folder):
      Diagnostic(
        code: .adapterIsAttached, "the model has an adapter already.",
        hints: [
          .type(
            "load adapter \(Value.string(folder).source) as other",
            remark: "beside it, under a name"),
          .type("reset", remark: "back to base; then load it again"),
        ])
    case .nameTaken(let name):
      Diagnostic(
        code: .adapterIsAttached, "an adapter is called `\(name)` already.", at: call.label("name"),
        hints: [.type("reset", remark: "takes all adapters off")])
    case .unknownAdapter(let name, let known):
      Diagnostic(
        code: .noAdapter,
        "there is no adapter `\(name)`; there are \(known.map { "`\($0)`" }.joined(separator: ", ")).",
        at: call.label("weights"),
        hints: [.type("set adapters \(known.map { "\($0) 1" }.joined(separator: ", "))")])
    case .noAdapter:
      Diagnostic(
        code: .noAdapter, "there is no adapter to save.",
        hints: [.type("train 1 epoch", remark: "trains one")])
    case .fileNameForFolder(let path): fileNameForFolder(path, call)
    case .exportName(let path):
      Diagnostic(
        code: .exportName, "a GGUF file's name ends in .gguf.", at: call.label("file"),
        hints: [.type("\(call.signature.name) \"\(path.isEmpty ? "out/model" : path).gguf\"")])
    case .decomposedAdapter:
      Diagnostic(
        code: .noFormForDoRA,
        "GGUF files have a form for two matrices a layer, and this adapter is more than that.",
        hints: [.type("export gguf \"out/model.gguf\"", remark: "the model with it merged in")])
    case .unreadableAgain(let error, let staging, let path):
      Diagnostic(
        code: .replayDiffers,
        "what was written cannot be read again, so that nothing was kept: "
          + Diagnostic(error).message.replacing(staging, with: path))
    case .replayed(let finding, let limit, let path):
      Diagnostic(
        code: .replayDiffers,
        "what was written to \(path) does not compute what the model does: \(finding.sentence). "
          + "In \(limit.format) the divergence may be \(Wording.digits(limit.divergence)); nothing "
          + "was saved.")
    case .roundedBase(let format):
      Diagnostic(
        code: .roundedWeights,
        "the weights are kept as \(format.rawValue), rounded: they are not the model's.",
        hints: [.type("set base f32")]
          + (model.map { [.type(Wording.loading($0, resources))] } ?? []))
    case .unknownTemplate, .templateFile: explainedTemplate(error)
    case .noSuchRow(let row, let name, let count):
      Diagnostic(
        code: .noRows, "there is no row \(row): `\(name)` has \(Wording.count(count, "row")).",
        at: call.label("row"), hints: [.type("show mask \(count) on \(name)")])
    case .serviceNotBuilt: ServeModel.notBuilt
    case .serviceNotStarted(let port): ServeModel.notStarted(port: port, call)
    case .adapter(let error): Diagnostic(error)
    case .file(let error): Diagnostic(error)
    case .fetching(.stopped): CancellationError()
    case .fetching(let error):
      Diagnostic(
        code: error.diagnostic.code, error.diagnostic.message, at: call.label("model"),
        hints: error.diagnostic.hints)
    case .noDev(let metric, let file):
      Diagnostic(
        code: .noRows,
        "`\(metric.rawValue)` is measured on dev, which has no rows beside those trained on.",
        hints: [.type("load data \"\(file)\" split 90/10")])
    case .unsuitedRows, .readsPromptsApart, .promptsOfPreferences, .tooWide, .untrainedLayers,
      .noTeacher, .otherVocabulary:
      explainedObjective(error, call)
    case .spoiled(let first, let others, let name):
      explainedProof(first, and: others, of: name, call)
    case .noCheckpoint:
      Diagnostic(
        code: .nothingToResume, "no training of this session kept its state in a folder.",
        hints: [.type("resume \"out/run\"")])
    case .notACheckpoint(let folder):
      Diagnostic(
        code: .nothingToResume, "\"\(folder)\" has no state of a training to go on with.",
        at: call.label("folder"), hints: [.type("train 1 epoch checkpoint \"\(folder)\"")])
    case .noTraining, .noStepLeft, .notSteerable, .stepAhead, .neverMeasured, .noBranch:
      explainedSteering(error, call)
    case .shortage(let shortage, let isSet): shortage.diagnostic(isLimitSet: isSet)
    case .rows(let error, let part): explained(error, of: part)
    case .model(let error): Diagnostic(error)
    case .notNumbers(let error): Diagnostic(error)
    case .unwritable(let part, let reason): unwritable(part, reason, call)
    case .tooLong(let part, let count, let limit): tooLong(part, count, limit, call)
    case .allTooLong: allTooLong(shots: call.int("shots"))
    case .nothingSaid:
      Diagnostic(
        code: .nothingSaid, "nothing was said yet that the model answered.",
        hints: [.type("chat \"Hello\"")])
    case .notTuned:
      Diagnostic(
        code: .nothingTrained, "there is nothing to compare: the model is as it was loaded.",
        hints: [.type("train 1 epoch")])
    case .noNeutralText:
      Diagnostic(
        code: .missingNeed,
        "the neutral text, stdlib/data/neutral.txt, is not where ft is installed.",
        hints: [.type("compare base tuned")])
    case .nothingToLearnFrom(let name):
      Diagnostic(
        code: .noRows, "`baseline` needs rows to learn from and others to measure on.",
        hints: [.type("split \(name) 90/10", remark: "then: baseline dev")])
    case .noAnswers(let name):
      Diagnostic(
        code: .noAnswers, "the rows of \(name) have no answers to compare with.",
        at: call.label("metrics"),
        hints: [.type("eval \(name) with loss, bits_per_byte", remark: "measures of any text")])
    case .noAttribute(let key, let known): noAttribute(key, known: known, call)
    case .tooManyGroups(let key, let count, let limit):
      Diagnostic(
        code: .noGroups,
        "`\(key)` has \(Quantity.count(count).text) different values, and up to \(limit) make groups.",
        at: call.label("key"), hints: [.type("eval \(call.name("data") ?? "dev") by length")])
    case .notLabelled(let name, let fault):
      Diagnostic(
        code: .noLabels, fault.sentence(name), at: call.place(call.dataSlot),
        hints: [.type("eval \(name)", remark: "the loss, for rows of any kind")])
    case .noHead(let model):
      Diagnostic(
        code: .noHead, "\(model) has no head that chooses from the labels of these rows.",
        hints: [.type("train 3 epochs", remark: "gives it one, and trains it")])
    case .noLabels:
      Diagnostic(
        code: .noLabels,
        "`classify` needs labels: the model was trained on none, and no data with labels is loaded.",
        hints: [
          .type("load data \"reviews.csv\" split 80/20", remark: "then: train 3 epochs"),
          .type("load adapter \"out/adapter\"", remark: "one that was trained on labels"),
        ])
    case .noText:
      Diagnostic(
        code: .nothingToChooseFrom, "there is no text to label.", at: call.label("text"),
        hints: [.type("classify \"some text\"")])
    case .noChoice:
      Diagnostic(
        code: .nothingToChooseFrom, "an answer is chosen from two or more different texts.",
        at: call.label("answers"), hints: [.type("sample \"Is it late?\" from [\"yes\", \"no\"]")])
    case .schema(let error, let path):
      Diagnostic(
        code: .schemaNotHeld, "\(path): \(error.message).", at: call.label("schema"),
        hints: (error.advice.map { [.help($0)] } ?? [])
          + [.type("sample \"Hello\" as json", remark: "any JSON object")])
    case .nothingToEmbed:
      Diagnostic(
        code: .nothingToEmbed, "the text has no tokens to make a vector of.",
        at: call.label("text"), hints: [.type("embed \"A cat sat there.\"")])
    case .training(let error): Diagnostic(error)
    }
  }

  private func fileNameForFolder(_ path: String, _ call: Call) -> Diagnostic {
    let isModel = call.signature.name == "save model"
    let stem = path.split(separator: ".", omittingEmptySubsequences: false).dropLast()
      .joined(separator: ".")
    let folder = stem.isEmpty ? "out/model" : stem
    let gguf: [Diagnostic.Hint] =
      ForeignFormat(of: path) == .gguf
      ? [.type("export \(isModel ? "gguf" : "lora-gguf") \"\(path)\"")] : []
    return Diagnostic(
      code: .fileName,
      "\"\(path)\" is the name of a file, and \(isModel ? "a model" : "an adapter") is saved as a "
        + "folder.", at: call.label("folder"),
      hints: gguf + [.type("\(call.signature.name) \"\(folder)\"")])
  }

  private func noAttribute(_ key: String, known: [String], _ call: Call) -> Diagnostic {
    let name = call.name("data") ?? "dev"
    let near = Suggestion.nearest(to: key, among: known) ?? known.first
    return Diagnostic(
      code: .noGroups, "no row of \(name) has a short text or number under `\(key)`.",
      at: call.label(
        "key",
        known.isEmpty ? "rows have no keys beside" : "known: " + known.joined(separator: ", ")),
      hints: [
        near.map { .type("eval \(name) by \(Value.string($0).source)") }
          ?? .type("eval \(name) by length")
      ])
  }
}

extension Call {
  /// The slot that names data; nil when the command has none, or it is empty.
  var dataSlot: String? { slots.first { $0.kind == .data }?.name }

  /// The place of a slot, or of nothing when it is empty.
  func place(_ slotName: String?, _ text: String = "") -> Diagnostic.Label? {
    slotName.flatMap(slot).map { _ in label(slotName, text) }
  }
}

extension LabelFault {
  fileprivate func sentence(_ name: String) -> String {
    switch self {
    case .missing: "`\(name)` has rows without an answer."
    case .allEqual: "all rows of `\(name)` have the same answer."
    case .tooMany(let count, let limit):
      "`\(name)` has \(Quantity.count(count).text) different answers, and "
        + "\(limit) labels are the most that are told apart."
    }
  }
}
