package import Language
import Reporting
package import Session
import Training

/// The command `rewind 40`.
package struct Rewind: Command {
  package static let signature = Signature(
    "rewind", "Go back to where the last training was after some of its steps.",
    details: [
      "Some states of a training are kept in memory (`set snapshots`); from the one before, the steps "
        + "between are taken again, so that any step can be gone back to, bit for bit. `resume` then goes "
        + "the same way once more, or another one when something was set; `branch` keeps both. `rewind` "
        + "also goes forward again, as far as the training had come."
    ],
    patterns: ["<step:int>"], slots: ["step": .range(0...100_000_000)],
    needs: ["model"], effects: ["model", "settings"], synonyms: ["goto", "back"],
    result: [
      .init("step", "steps taken there"),
      .init("loss", "loss of that step", when: "after the first"),
      .init("dev_loss", "the last loss on dev by then", when: "with dev rows"),
    ],
    examples: ["rewind 1"], seeAlso: ["resume", "branch", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let rewound = try session.rewind(to: call.int("step") ?? 0)
    var text = "at step \(rewound.step) of \(rewound.stepCount)"
    if rewound.lastStep > rewound.step { text += ", \(rewound.lastStep) of which were taken" }
    if !rewound.settings.isEmpty {
      text += "; as then: \(rewound.settings.joined(separator: ", "))"
    }
    session.show(.report(.text(text)))
    var value: Record = ["step": .integer(rewound.step)]
    value["loss"] = rewound.loss.map { .number($0) }
    value["dev_loss"] = rewound.evaluation.map { .number(Double($0.loss)) }
    return .record(value)
  }
}
