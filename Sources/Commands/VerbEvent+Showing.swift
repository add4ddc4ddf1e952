import Datasets
import Fetching
import Language
import Objectives
import Reporting
import Session
import Tensors

/// What verbs tell on their way, as it is shown.
extension Session {
  /// Shows what a verb tells; `label` says what is measured in it, for each of the model's states.
  func teller(
    measuring label: @escaping (ModelState) -> String = { $0.rawValue }
  ) -> (VerbEvent) -> Void {
    { [show] event in
      switch event {
      case .rows(let note): show(.report(.diagnostic(note.diagnostic)))
      case .proved(let proof): for finding in proof.findings { show(.note(finding.note)) }
      case .measuring(let state, let fraction):
        show(.progress(.init(label: label(state), fraction: fraction)))
      case .answering(let state, let done, let count):
        show(
          .progress(
            .init(
              label: "\(label(state)), answer \(done) of \(count)",
              fraction: Double(done) / Double(count))))
      case .answeringAs(let state): show(.report(.text("\(state.rawValue):")))
      case .referring(let fraction):
        show(.progress(.init(label: "the model before training", fraction: fraction)))
      case .fetching(let progress): show(.progress(.init(progress)))
      case .fetched: show(.progressEnded(summary: nil))
      case .measured: show(.progressEnded(summary: nil))
      case .labelsOfData(let form):
        show(
          .note(
            "the model was trained on no labels; these are those of the data, \(form.sentence)."))
      case .asked(let form, let text):
        let line = "classify " + Value.string(text.utf8.count > 60 ? "some text" : text).source
        show(
          .note(
            "asked as the model was trained, \(form.sentence); `raw` gives it the text as it "
              + "stands.",
            hints: [.type(line, remark: "each label, and how likely it is")]))
      case .template(let template, let missing, let name):
        let which = template.map { "\($0.name), \($0.about)" } ?? "its own"
        show(.report(.text("\(name): chat template \(which)")))
        guard !missing.isEmpty else { break }
        let words = missing.map { "`\($0)`" }.joined(separator: ", ")
        let verb = missing.count == 1 ? "is no token" : "are no tokens"
        show(
          .note(
            "\(words) \(verb) of \(name): spelled out as text; a turn ends with the model's own end."
          ))
      case .addedTokens(let added, let name): show(.note(added.sentence(of: name)))
      case .head(let labels, let before, let name):
        show(.note(labels.sentence(of: name, instead: before)))
      case .adapterTemplate(let template): show(template.shown)
      case .replayed(let finding): show(.report(.text(finding.sentence)))
      case .notReplayed(let needed, let available):
        show(
          .note(
            "not read again: the model a second time needs \(Wording.size(needed)), and "
              + "\(Wording.size(available)) are free."))
      case .mergedIntoFile(let rounding): show(.note(rounding.sentence))
      case .adapterBase(let doubt): show(doubt.shown)
      case .serving(let serving):
        show(.report(.text("\(serving.model): answers at \(serving.address), until Ctrl-C")))
      case .idleWorkers(let shards, let workers):
        show(
          .note(
            "a step is cut into \(Wording.count(shards, "shard")), and a worker computes whole ones: of "
              + "\(workers) workers \(workers - shards) do nothing.",
            hints: [.type("set shards \(workers)", remark: "is part of the result, as the seed is")]
          ))
      case .unsharedBeginnings(let kind, let keepsKeys, let name):
        let reason =
          keepsKeys
          ? "`\(kind.rawValue)` computes each row by itself"
          : "what \(name) keeps of a beginning serves one row alone"
        show(.note("`share_prefixes` is on, but \(reason): no beginning is shared."))
      case .unrecorded(let error): show(.report(.diagnostic(error.note)))
      case .jumped(let jump, let lines): show(.report(.diagnostic(jump.note(lines: lines))))
      case .text(let text): show(.generated(text))
      case .training(let event): if let shown = event.shown { show(shown) }
      }
    }
  }

  /// Tells what is to be said of some rows, if there are any.
  func noteRows(_ count: Int, _ what: String) {
    if count > 0 { show(.note("\(Wording.count(count, "row")) \(what).")) }
  }
}

extension SessionEvent {
  /// A note of one sentence.
  static func note(_ sentence: String, hints: [Diagnostic.Hint] = []) -> SessionEvent {
    .report(.diagnostic(Diagnostic(.note, code: nil, sentence, hints: hints)))
  }
}

extension BaseRounding {
  /// What is merged into what.
  fileprivate var sentence: String {
    "the adapter is worked into the weights of the file, in f32; those in memory, "
      + "\(format.rawValue), differ from them by \(Wording.digits(100 * share)) %. `load model` and "
      + "`eval dev` measure what that changes."
  }
}

extension LabelSet {
  /// What head a model was given.
  fileprivate func sentence(of model: String, instead before: LabelSet?) -> String {
    let what =
      switch kind {
      case .one: "a head for \(Wording.count(names.count, "label")): \(list)"
      case .several: "a head for any of \(Wording.count(names.count, "label")): \(list)"
      case .number: "a head for a number"
      }
    let instead =
      before.map { $0.kind == .number ? "the one for a number" : "the one for \($0.list)" }
      ?? "its own"
    return "\(model) gets \(what), to be trained from its start, in the place of \(instead)."
  }

  private var list: String {
    let shown = names.prefix(12).map { "`\(Wording.oneLine($0))`" }.joined(separator: ", ")
    return shown + (names.count > 12 ? ", …" : "")
  }
}

extension AddedTokens {
  /// What was added to the model of a name, and how its vectors begin.
  fileprivate func sentence(of name: String) -> String {
    guard !ids.isEmpty else { return "tokens of \(name) are found in texts as special ones now." }
    let tokens = zip(texts, ids).prefix(8).map { "`\($0)` \($1)" }.joined(separator: ", ")
    let rest = ids.count > 8 ? " and \(ids.count - 8) more" : ""
    let start = "\(Wording.count(ids.count, "token")) added to \(name): \(tokens)\(rest), "
    guard !isOfAdapter else { return start + "which the adapter was trained with." }
    let spare = ids.count - rowCount
    let vectors =
      switch (rowCount, spare) {
      case (..<1, _): "in rows that the model had to spare"
      case (_, ..<1): "their vectors the mean of all others"
      default: "\(spare) in rows to spare, the others' vectors the mean of all"
      }
    return start + "\(vectors); training teaches them."
  }
}

extension SessionEvent.Progress {
  fileprivate init(_ progress: FetchProgress) {
    let (done, total) = (Double(progress.byteCount), Double(max(progress.total, 1)))
    self.init(
      label: "\(progress.name.split(separator: "/").last ?? "")  "
        + "\(Quantity(done, .bytes).text) of \(Quantity(total, .bytes).text)",
      fraction: min(done / total, 1))
  }
}

extension RowNote {
  fileprivate var diagnostic: Diagnostic {
    switch self {
    case .cut(let count): Self.note(count, "cut to the model's context")
    case .leftOut(let count): Self.note(count, "left out: longer than the model's context")
    case .unanswered(let limit, let count, let name):
      Diagnostic(
        .note, code: nil,
        "\(Wording.count(limit, "row")) of \(Quantity.count(count).text) in \(name) are answered.",
        hints: [.type("set answers \(count)", remark: "answers all of them")])
    case .joined(let count):
      Self.note(
        count,
        "with a token that begins in the prompt and ends in the answer; `sample` starts from the "
          + "prompt alone, so let the answer begin with the space instead")
    case .specialTokens(let count):
      Self.note(count, "with a special token spelled out, which is read as one")
    case .divided(let count):
      Self.note(
        count,
        "with an example for each answer: the chat template writes earlier turns in another way "
          + "than they are generated, so one text could not train them all")
    case .reopened(let count):
      Self.note(
        count,
        "whose prompt ends in words, such as `<think>`, that the chat template leaves out of the "
          + "answer: trained is what goes on from them, the row's reasoning, if any, before the answer"
      )
    case .unclosed(let count):
      Self.note(
        count,
        "with an answer that never closes what the prompt opens, such as `<think>`: give the row a "
          + "`reasoning_content`, or `\"chat_template_kwargs\": {\"enable_thinking\": false}`")
    case .endless(let count):
      Self.note(
        count,
        "in which the chat template marks no end of an answer as the assistant's: the model does "
          + "not learn to stop")
    case .unwritten(let keys):
      Diagnostic(
        .note, code: nil,
        "the chat template does not write "
          + keys.sorted { $0.key < $1.key }
          .map { "`\($0)` (\(Wording.count($1, "row")))" }.joined(separator: ", ")
          + ": not trained.")
    case .tooLong(let lines, let limit, let part):
      Diagnostic(
        .note, code: nil,
        "\(Wording.count(lines.count, "row")) (line\(lines.count == 1 ? "" : "s") "
          + lines.prefix(8).map(String.init).joined(separator: ", ")
          + "\(lines.count > 8 ? ", …" : "")) longer than \(limit) tokens left out here; "
          + "`train` would refuse.",
        hints: Diagnostic.hintsForLongRows(of: part, limit: limit))
    }
  }

  private static func note(_ count: Int, _ what: String) -> Diagnostic {
    Diagnostic(.note, code: nil, "\(Wording.count(count, "row")) \(what).")
  }
}

extension AdapterBaseDoubt {
  fileprivate var shown: SessionEvent {
    switch self {
    case .otherBytes(let adapter, let model):
      .note(
        "the adapter was trained on other weights: SHA-256 \(adapter.prefix(16))…, and these have "
          + "\(model.prefix(16))…. Its answers may be worse than they were.")
    case .otherName(let adapter, let model):
      .note(
        "the adapter was trained on `\(Wording.oneLine(adapter))`, and this is \(model). Were they "
          + "not the same weights, its answers would be worse than they were.")
    case .otherRevision(let adapter, let model):
      .note(
        "the adapter was trained on the revision \(Wording.oneLine(adapter)) of the model, and this "
          + "is \(model).")
    case .fewerBits(let name):
      .note(
        "the adapter was trained beside a base of fewer bits, `\(Wording.oneLine(name))`: beside "
          + "these weights its answers differ a little.")
    }
  }
}

extension AdapterTemplate {
  fileprivate var shown: SessionEvent {
    switch self {
    case .used(let model): .report(.text("\(model): chat template of the adapter's folder"))
    case .notUsed:
      .note(
        "the adapter's folder has another chat template than the model, whose own is used.")
    case .unreadable(let error):
      .note("the chat template in the adapter's folder is left out: \(error.message).")
    }
  }
}
