import Tensors
import Training

/// A value of a setting.
package enum SettingValue: Hashable, Sendable {
  case number(Double)
  case text(String)
  case list([String])

  /// The value as it is typed.
  package var text: String {
    switch self {
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    case .text(let text): text
    case .list(let names): "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
  }
}

/// What a setting may be set to.
package enum SettingKind: Hashable, Sendable {
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// A share of one, typed as `10%` or `0.1`.
  case share(ClosedRange<Double>)
  /// A time in seconds, typed as `5min`.
  case seconds(ClosedRange<Double>)
  /// One of these words.
  case choice([String])
  /// A whole number, or the word `auto`.
  case automaticInteger(ClosedRange<Int>)
  /// A number, or the word `auto`.
  case automaticNumber(ClosedRange<Double>)
  /// One of these words, or a text in quotes.
  case text([String])
  /// The word `all`, or a list of names.
  case names
}

/// One setting: its name, what it may be, its default, and what it does.
package struct SettingDefinition: Sendable {
  package let name: String
  package let kind: SettingKind
  package let fallback: SettingValue
  /// One sentence for help.
  package let about: String
  /// Other words people use for it.
  package let synonyms: [String]

  init(
    _ name: String, _ kind: SettingKind, _ fallback: SettingValue, _ about: String,
    synonyms: [String] = []
  ) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.about = about
    self.synonyms = synonyms
  }

  /// Every setting: a line each.
  package static let all: [SettingDefinition] = [
    .init(
      "lr", .automaticNumber(1e-8...1), .text("auto"),
      "Learning rate at its peak; auto chooses by the model's width and the method.",
      synonyms: ["learning_rate", "learningrate", "rate"]),
    .init(
      "schedule", .choice(["cosine", "linear", "constant", "rising"]), .text("cosine"),
      "How the learning rate moves after the warm-up; rising is for finding a rate.",
      synonyms: ["scheduler", "decay_type"]),
    .init(
      "warmup", .share(0...1), .number(0.05),
      "Share of the steps in which the learning rate rises from 0."),
    .init(
      "floor", .share(0...1), .number(0.1),
      "Share of the learning rate that the schedule falls to.", synonyms: ["min_lr"]),
    .init(
      "batch", .integer(1...65536), .number(8), "Sequences in one step.",
      synonyms: ["batch_size", "batchsize"]),
    .init(
      "microbatch", .integer(16...1_048_576), .number(1024),
      "Tokens computed at a time: memory and speed, never the result."),
    .init(
      "recompute", .choice(["auto", "on", "off"]), .text("auto"),
      "Whether training computes each block twice to save memory; auto does where it must.",
      synonyms: ["gradient_checkpointing"]),
    .init(
      "memory", .automaticNumber(1e6...1e15), .text("auto"),
      "Most memory a training may take, as `8GB`; auto is what the machine has free.",
      synonyms: ["max_memory"]),
    .init(
      "clip", .number(0...1e6), .number(1),
      "Largest norm of the gradient; larger ones are scaled down; 0 leaves them.",
      synonyms: ["max_grad_norm"]),
    .init(
      "decay", .number(0...1), .number(0), "Weight decay of matrices.",
      synonyms: ["weight_decay", "wd"]),
    .init(
      "optimizer", .choice(OptimizerKind.allCases.map(\.rawValue)), .text("adamw"),
      "How gradients become updates; lion keeps half of adamw's memory, adafactor next to none.",
      synonyms: ["optim", "optimiser"]),
    .init("beta1", .number(0...0.9999), .number(0.9), "AdamW's and Lion's memory of the gradient."),
    .init(
      "beta2", .automaticNumber(0...0.99999), .text("auto"),
      "AdamW's memory of the gradient's square, 0.999, and Lion's of its momentum, 0.99."),
    .init("momentum", .number(0...0.9999), .number(0.9), "SGD's memory of the gradient; 0: none."),
    .init(
      "nesterov", .choice(["on", "off"]), .text("off"), "Whether SGD looks ahead along its way."),
    .init(
      "shards", .integer(1...4096), .number(1),
      "Stretches of a step whose gradients are summed separately: part of the result, as the seed is."
    ),
    .init(
      "adapter", .choice(["lora", "dora", "none"]), .text("lora"),
      "What is trained: a low-rank adapter, one with magnitudes (dora), or, with none, every weight.",
      synonyms: ["method"]),
    .init(
      "base", .choice(WeightFormat.allCases.map(\.rawValue)), .text("f32"),
      "What frozen weights are kept as: fewer bits take less memory and are rounded.",
      synonyms: ["quantization", "quantize", "load_in_4bit", "load_in_8bit"]),
    .init(
      "rank", .integer(1...4096), .number(16), "Rank of the adapter.",
      synonyms: ["r", "lora_rank", "lora_r"]),
    .init(
      "alpha", .number(0.001...1e5), .number(32),
      "Strength of the adapter: its output is scaled by alpha / rank.", synonyms: ["lora_alpha"]),
    .init(
      "dropout", .share(0...0.9), .number(0), "Share of the adapter's inputs dropped in training.",
      synonyms: ["lora_dropout"]),
    .init(
      "rslora", .choice(["on", "off"]), .text("off"),
      "Scale the adapter by alpha / sqrt(rank) instead, which suits high ranks.",
      synonyms: ["use_rslora"]),
    .init(
      "targets", .names, .text("all"),
      "Layers the adapter changes: all, or a list such as [\"q_proj\", \"v_proj\"].",
      synonyms: ["target_modules"]),
    .init(
      "seed", .integer(0...9_007_199_254_740_991), .number(0),
      "Where random numbers start: order of rows, dropout, new adapters, sampling."),
    .init(
      "context", .integer(0...1_048_576), .number(0),
      "Longest example in tokens; 0 means as long as the model allows.",
      synonyms: ["max_length", "max_seq_length"]),
    .init(
      "long", .choice(["auto", "refuse", "cut", "drop", "split"]), .text("auto"),
      "What happens to examples that are too long; auto splits plain text and refuses others."),
    .init(
      "template", .text(["own"] + BuiltInTemplate.all.map(\.name)), .text("own"),
      "How conversations are written: as the model's folder says, by a template of ours, or by one of "
        + "the model's by its name, as \"tool_use\".",
      synonyms: ["chat_template"]),
    .init(
      "loss", .choice(["completion", "everything"]), .text("completion"),
      "Which tokens are trained: only the answers, or the prompts too.", synonyms: ["train_on"]),
    .init(
      "end", .text(["auto"]), .text("auto"),
      "Token that ends an answer, in training and in sampling, as \"</s>\"; auto is the model's.",
      synonyms: ["eos", "eos_token"]),
    .init(
      "checkpoint", .seconds(1...86400), .number(300),
      "Time between checkpoints of a training that keeps them.", synonyms: ["save_steps"]),
    .init(
      "evaluate", .automaticInteger(1...1_000_000), .text("auto"),
      "Steps between measurements of dev in training; auto measures after each epoch.",
      synonyms: ["eval_steps", "eval_every"]),
    .init(
      "temperature", .number(0...100), .number(0.7),
      "How freely the next token is drawn; 0 takes the likeliest.", synonyms: ["temp"]),
    .init(
      "top_k", .integer(0...1_000_000), .number(0), "Only the k likeliest tokens; 0 means all."),
    .init(
      "top_p", .share(0...1), .number(0.95),
      "Only the likeliest tokens that reach this probability together."),
    .init(
      "min_p", .share(0...1), .number(0),
      "Only tokens at least this share as likely as the likeliest."),
    .init(
      "tokens", .integer(1...1_048_576), .number(128), "New tokens of an answer at the most.",
      synonyms: ["max_tokens", "max_new_tokens", "length"]),
    .init(
      "cache", .choice(["f32", "bf16"]), .text("f32"),
      "Keys and values kept while text is written: as computed, or rounded to half the memory.",
      synonyms: ["kv_cache", "cache_type"]),
  ]

  /// Returns the setting of this name.
  package static func named(_ name: String) -> SettingDefinition? {
    all.first { $0.name == name }
  }
}
