package import Language
import Reporting
package import Session
import Training

/// The command `train 3 epochs`.
package struct Train: Command {
  private static let options =
    "on <data:data> | from teacher <teacher:model> | checkpoint <folder:output> | "
    + "pause at <pause:int>"
  private static let each = "[each (epoch | <every:int> (step | steps)) <body:block>]"

  package static let signature = Signature(
    "train", "Fine-tune the model on the current data.",
    details: [
      "What is trained, how fast and on which tokens the settings say: `set adapter`, `set lr`, "
        + "`set loss`. Training goes on from what is there; `reset` goes back to base.",
      "`until` ends at what is measured on dev after each epoch (`set evaluate 50`: each 50 steps): "
        + "`dev.loss`, `dev.perplexity`, `dev.accuracy` or, of preferences, `dev.margin` against a number, or `stalls for 2`, no "
        + "better in two measurements; `loss` is that of the last ten steps. The weights of the best "
        + "measurement are kept. As the end is not known, the rate stays after the warm-up; after "
        + "100 epochs it is over. A time, as `train 10min`, ends so as well, with the last weights.",
      "The block after `each` runs in the midst of training, and has `it.step`, `it.epoch`, "
        + "`it.loss`, `it.step_loss` and `it.dev_loss`. It may measure, sample and print; `set lr` and others change the "
        + "training from its next step on, `pause` lets it wait for `resume`, `stop` ends it. What would "
        + "change the model is refused.",
      "Ctrl-C stops a training after its step, and `pause at 40` after that one: `resume` goes on, with "
        + "what was set since, `rewind` goes back, `branch` keeps what is there beside another way on.",
      "With `checkpoint` the state is written to that folder as it goes (every `set checkpoint`, "
        + "5 minutes at first). The same command with the same folder goes on where it was, bit "
        + "for bit, whether it was stopped, killed or the machine went down; so does `resume`.",
      "Rows of a chosen and a rejected answer teach which is better, by dpo, those of an answer and a "
        + "verdict by kto; `set objective` names others, and `beta` how much that weighs. What the model "
        + "says of the rows before the training is asked once and kept.",
      "Rows of a query and a text that belongs to it (`anchor` and `positive`, `query` and `passage`, …, with "
        + "`negative` where there are texts that do not) teach vectors by retrieve: the text is to be nearer "
        + "than all other texts of the step, so a larger `batch` teaches more. Questions with answers do so "
        + "after `set objective retrieve`. `widths` trains the first numbers of vectors to do alone "
        + "(Matryoshka). Two sentences with a score teach their cosine. `save model` keeps the folder's files of "
        + "sentence-transformers; layers after its pooling stay as they are.",
      "`from teacher \"big\"` teaches the distribution of each token of the answers that a larger model with "
        + "the same tokens has, rather than the token alone: as `set objective distil, teacher \"big\"` does "
        + "for every training. The loss is how far the distributions are apart, in nats a token; the teacher "
        + "is in memory beside the model.",
      "`set objective classify` gives the model a head for the labels of the data (one, several, or a number "
        + "a text, by what the rows have; `label_kind` says otherwise) and trains it with the rest; an encoder "
        + "learns nothing else. `label_weights balanced` has rare labels count as much as common ones. It is "
        + "saved as transformers' `…ForSequenceClassification`, and with an adapter as peft's SEQ_CLS.",
    ],
    patterns: [
      "<count:int> (epoch | epochs | step | steps) {\(options)} \(each)",
      "until <stop:condition> {within <limit:duration> | \(options)} \(each)",
      "<time:duration> {\(options)} \(each)",
    ],
    slots: [
      "count": .range(1...1_000_000), "data": .fallback("train"),
      "folder": .about("where to keep the state"), "every": .range(1...1_000_000),
      "limit": .about("the longest it may take"),
      "teacher": .about("the name or folder of a larger model with the same tokens"),
      "pause": .range(1...100_000_000).about("a step, after which it waits for `resume`"),
    ],
    needs: ["model", "data"], effects: ["model", "run"], synonyms: ["fit", "finetune", "learn"],
    result: [
      .init("loss", "mean loss per trained token over the last epoch, or tenth of the steps"),
      .init("steps", "updates made"), .init("tokens", "tokens computed"),
      .init("seconds", "time it took", isVolatile: true),
      .init(
        "stopped",
        "`finished`, `condition`, `time`, `limit`, `block`, `paused`, or `stopped` by Ctrl-C: why it ended"
      ),
      .init("dev_loss", "loss on dev of the weights kept", when: "with dev rows"),
      .init("dev_accuracy", "the share of its preferences that they meet", when: "of preferences"),
      .init("dev_margin", "how far its better answers are ahead", when: "of preferences"),
      .init("kept_step", "the step whose weights were kept", when: "of `until`"),
      .init(
        "run", "its number in the record of runs", when: "where there is one", isVolatile: true),
    ],
    examples: [
      "train 3 epochs", "train 1 epoch", "train 20 steps", "train 1 step on dev",
      "train 2 steps checkpoint \"out/run\"", "train 3 steps pause at 2",
      "train 1 epoch from teacher \"out/big\"",
      "train until dev.loss stalls for 1",
      "train until dev.loss < 9 within 10min", "train until loss < 9 on train", "train 1s",
      "train 2 epochs each epoch { eval dev }",
      "train 4 steps each 2 steps { print it.loss; sample \"Hello\" }",
      "train 1 step each 1 step { print it.step }",
    ],
    seeAlso: ["plan", "set", "eval", "compare", "reset", "resume", "rewind", "pause", "stop"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let result = try await session.train(
      TrainingRequest(call), hook: TrainingHook(call, in: session), tell: session.teller())
    return value(of: result, of: call, in: session)
  }

  /// Says what a training did to a model that is worse now, and gives the command's value.
  static func value(
    of result: TrainingResult, of call: Call, in session: isolated Session
  ) -> Value {
    if let harm = result.harm { session.show(.report(.diagnostic(harm.diagnostic))) }
    let outcome = result.outcome
    // A script that is stopped ends, and its session with it.
    let goesOn = outcome.summary.ending == .paused || call.isOfCell
    if result.isPaused, goesOn {
      session.show(
        .report(
          .text(
            "`resume` goes on from there, `set lr` before it changes what comes, `rewind` "
              + "goes back")))
    }
    var value: Record = [
      "loss": .number(outcome.loss), "steps": .integer(outcome.summary.stepCount),
      "tokens": .integer(outcome.tokenCount), "seconds": .number(outcome.seconds),
      "stopped": .string(outcome.summary.endingWord),
    ]
    if let kept = outcome.keptEvaluation {
      value["dev_loss"] = .number(Double(kept.loss))
      if let margin = kept.margin {
        value["dev_accuracy"] = .number(Double(kept.accuracy))
        value["dev_margin"] = .number(Double(margin))
      }
    }
    if let number = session.lastRunNumber { value["run"] = .integer(number) }
    if outcome.condition != nil { value["kept_step"] = .integer(outcome.keptStep) }
    return .record(value)
  }
}

extension Call {
  /// Whether it was typed, rather than read from a file.
  fileprivate var isOfCell: Bool { if case .cell = file.origin { true } else { false } }
}
