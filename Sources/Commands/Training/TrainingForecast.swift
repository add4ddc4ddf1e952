import Adapters
import Checkpoints
import Datasets
import Language
import Models
import Reporting
import Session
import Training

/// What a training would take: its steps, plan and memory, with nothing begun.
struct TrainingForecast {
  let model: LoadedModel
  /// What the rows are called.
  let dataName: String
  let examples: [EncodedExample]
  let schedule: StepSchedule
  /// Blocks are recomputed when the settings say so, or when only that makes it fit.
  let plan: TrainingPlan
  let memory: MemoryPlan
  /// The bytes that training may take, the loaded weights among them.
  let limit: Int
  private let settings: Settings
  private let microbatches: Set<MicrobatchSize>

  /// Looks at a training of rows as a request and the settings have it.
  init(
    _ request: TrainingRequest, on rows: [Example], named name: String, looksOnly: Bool = false,
    in session: isolated Session
  ) throws(Diagnostic) {
    model = try session.neededModel("train")
    dataName = name
    let file = try session.neededData("train").dataset.file
    examples =
      looksOnly
      ? try session.encodedToLook(rows, of: file, for: model)
      : try session.encoded(rows, of: file, for: model)
    settings = session.settings
    var plan = request.plan(settings, hiddenSize: model.model.config.hiddenSize)
    do throws(TrainingError) { schedule = try StepSchedule(examples, plan: plan) } catch {
      throw Diagnostic(error)
    }
    microbatches = schedule.microbatchSizes
    limit = settings.memoryLimit(holding: model)
    var memory = MemoryPlan(model: model.model, plan: plan, microbatches: microbatches)
    if memory.total > limit, settings.text("recompute") == "auto" {
      plan.recomputes = true
      memory = MemoryPlan(model: model.model, plan: plan, microbatches: microbatches)
    }
    (self.plan, self.memory) = (plan, memory)
  }

  var fits: Bool { memory.total <= limit }

  /// Refuses a training that memory cannot hold, with the settings that would make it fit.
  func checkMemory() throws(Diagnostic) {
    guard !fits else { return }
    let needs = [
      ("weights", memory.weights), ("gradients", memory.gradients),
      ("optimizer", memory.optimizer), ("activations", memory.activations),
      ("logits", memory.logits),
    ].map { "\($0.0) \(Self.size($0.1))" }
    let rows = "(\(Wording.count(memory.largestMicrobatch, "token")) at a time)"
    throw Diagnostic(
      code: .notEnoughMemory,
      "this run needs about \(Self.size(memory.total)); \(Self.size(limit)) "
        + "\(settings.isChosen("memory") ? "are allowed" : "are free"). Nothing was started.",
      hints: [Diagnostic.Hint("needs", "\(needs.joined(separator: ", ")) \(rows)")] + remedies)
  }

  // MARK: What would need less

  /// Settings that need less, those that change no result first; all that fit, or else the least.
  private var remedies: [Diagnostic.Hint] {
    var found: [(line: String, bytes: Int)] = []
    for change in changes {
      var changed = settings
      for (name, value) in change { changed.set(name, to: value) }
      var plan = changed.trainingPlan(
        length: plan.length, hiddenSize: model.model.config.hiddenSize)
      plan.recomputes = plan.recomputes || self.plan.recomputes
      let bytes = bytes(plan)
      let words = change.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")
      if bytes < memory.total { found.append(("set " + words, bytes)) }
    }
    let fitting = found.filter { $0.bytes <= limit }
    let shown = fitting.isEmpty ? Array(found.sorted { $0.bytes < $1.bytes }.prefix(1)) : fitting
    let hints = shown.prefix(3).map {
      Diagnostic.Hint.type($0.line, remark: "about \(Self.size($0.bytes))")
    }
    return fitting.isEmpty ? hints + [.help("no setting makes it fit: a smaller model")] : hints
  }

  private typealias Change = [(name: String, value: SettingValue)]

  private var changes: [Change] {
    let longest = schedule.examples.map { $0.ids.count - 1 }.max() ?? 1
    let smallest = max(16, longest)
    let microbatch: Change = [("microbatch", .number(Double(smallest)))]
    let recompute: Change = [("recompute", .text("on"))]
    let adapter: Change = [("adapter", .text("lora")), ("rank", .number(8))]
    var changes: [Change] = []
    if smallest < plan.microbatchTokens { changes.append(microbatch) }
    if !plan.recomputes { changes.append(recompute) }
    if changes.count == 2 { changes.append(microbatch + recompute) }
    if plan.method == .full { changes += [adapter, adapter + microbatch, adapter + recompute] }
    return changes
  }

  private func bytes(_ plan: TrainingPlan) -> Int {
    do throws(TrainingError) {
      let sizes = try StepSchedule(examples, plan: plan).microbatchSizes
      return MemoryPlan(model: model.model, plan: plan, microbatches: sizes).total
    } catch { return .max }
  }

  static func size(_ bytes: Int) -> String { Quantity(Double(bytes), .bytes).text }
}

extension Settings {
  /// The bytes a training may take: what was set, or what is free together with what the model
  /// takes already.
  fileprivate func memoryLimit(holding model: LoadedModel) -> Int {
    if case .number(let bytes) = self["memory"] { return Int(bytes) }
    let adapter = 4 * (model.adapter?.parameterCount ?? 0)
    return AvailableMemory.byteCount + model.model.config.memoryByteCount(model.base) + adapter
  }
}
