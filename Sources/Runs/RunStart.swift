/// What is known of a training when it begins.
package struct RunStart: Sendable {
  /// A setting in force.
  package struct Setting: Hashable, Sendable {
    /// As it is typed.
    package let name: String
    /// As it is typed.
    package let value: String
    /// Where the value comes from.
    package let origin: Origin

    package init(name: String, value: String, origin: Origin) {
      (self.name, self.value, self.origin) = (name, value, origin)
    }
  }

  /// Where the value of a setting comes from.
  package enum Origin: String, Sendable {
    /// Nobody set it.
    case fallback = "default"
    /// A script, or a person, did.
    case set
    /// It was left open, and chosen for the model.
    case chosen
  }

  /// A file that was read.
  package struct Input: Hashable, Sendable {
    /// `model`, `data`, `adapter` or `tokenizer`.
    package let kind: String
    /// As it was asked for.
    package let name: String
    /// 64 hexadecimal digits; nil when the file was changed after it was read.
    package let sha256: String?

    package init(kind: String, name: String, sha256: String?) {
      (self.kind, self.name, self.sha256) = (kind, name, sha256)
    }
  }

  /// The script that a command stands in.
  package struct Script: Hashable, Sendable {
    /// Its file, or what else it is called.
    package let name: String
    /// All of it, as it was when it was read.
    package let text: String
    /// Its hash, 64 hexadecimal digits.
    package let sha256: String

    package init(name: String, text: String, sha256: String) {
      (self.name, self.text, self.sha256) = (name, text, sha256)
    }
  }

  /// What computes.
  package struct Machine: Hashable, Sendable {
    /// The version of this program.
    package let version: String
    /// Where models are computed, such as `cpu`.
    package let device: String
    /// The vector path.
    package let vectorPath: String
    /// How many threads compute.
    package let threadCount: Int

    package init(version: String, device: String, vectorPath: String, threadCount: Int) {
      (self.version, self.device) = (version, device)
      (self.vectorPath, self.threadCount) = (vectorPath, threadCount)
    }
  }

  /// What tells the training from all others, wherever it goes on.
  package let identity: String
  /// The training whose state it began from with something changed; nil for one of its own.
  package var parent: String?
  /// The command as it can be typed.
  package let command: String
  /// What the command stands in; nil when there is no text of it.
  package var script: Script?
  /// The name of the model.
  package let model: String
  /// The name of the rows that are trained on.
  package let data: String
  /// Where its state is kept.
  package var folder: String?
  /// Where random numbers start.
  package let seed: UInt64
  /// The rate at the end of the warm-up.
  package let learningRate: Double
  /// All settings in force.
  package let settings: [Setting]
  /// The files that the session read.
  package let inputs: [Input]
  /// What computes.
  package let machine: Machine
  /// The hash of the tokens of dev; nil when there are none.
  package let devHash: String?
  /// The lines in the data's file of the examples that are trained on.
  package let lines: [Int]

  package init(
    identity: String, command: String, model: String, data: String, seed: UInt64,
    learningRate: Double, settings: [Setting], inputs: [Input], machine: Machine, devHash: String?,
    lines: [Int]
  ) {
    (self.identity, self.command, self.model, self.data) = (identity, command, model, data)
    (self.seed, self.learningRate, self.settings) = (seed, learningRate, settings)
    (self.inputs, self.machine, self.devHash, self.lines) = (inputs, machine, devHash, lines)
  }
}
