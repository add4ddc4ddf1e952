import Adapters
import Objectives
package import SettingDeclarations
import Tensors

extension TrainingSettings {
  /// Every setting of a training: a declaration each.
  package static let all: [Setting<TrainingSettings>] = [
    .init(
      "lr", \.learningRate, .automatic(.number(1e-8...1)),
      "Learning rate at its peak; auto chooses by the model's width and the method.",
      synonyms: ["learning_rate", "learningrate", "rate"], counts: [.inResult, .fromNextStep]),
    .init(
      "schedule", \.schedule, .choice,
      "How the learning rate moves after the warm-up; rising is for finding a rate.",
      synonyms: ["scheduler", "decay_type"], counts: [.inResult, .fromNextStep]),
    .init(
      "warmup", \.warmup, .share(0...1),
      "Share of the steps in which the learning rate rises from 0.", counts: .inResult),
    .init(
      "floor", \.finalRate, .share(0...1),
      "Share of the learning rate that the schedule falls to.", synonyms: ["min_lr"],
      counts: [.inResult, .fromNextStep]),
    .init(
      "batch", \.batchSize, .integer(1...65536), "Sequences in one step.",
      synonyms: ["batch_size", "batchsize"], counts: .inResult),
    .init(
      "microbatch", \.microbatchTokens, .integer(16...1_048_576),
      "Tokens computed at a time: memory and speed, never the result.", counts: .never),
    .init(
      "recompute", \.recomputes, .automatic(.onOff),
      "Whether training computes each block twice to save memory; auto does where it must.",
      synonyms: ["gradient_checkpointing"], counts: .never),
    .init(
      "share_prefixes", \.sharesPrefixes, .automatic(.onOff),
      "Whether what rows of a step begin with alike, such as a system prompt, is computed once; auto does "
        + "where that saves a tenth of the tokens.",
      synonyms: ["prefix_sharing"], counts: .inResult),
    .init(
      "precision", \.precision, .choice,
      "How a card multiplies in training, dev losses on the way included: exact has the processor's "
        + "bits, bf16 is faster, with bits of its own.",
      synonyms: ["mixed_precision", "autocast", "amp"], counts: .inResult,
      when: { $0.precision != .exact }),
    .init(
      "memory", \.memory, .automatic(.number(1e6...1e15)),
      "Most memory a training may take, as `8GB`; auto is what the machine has free.",
      synonyms: ["max_memory"], counts: .never),
    .init(
      "clip", \.maxGradientNorm, .number(0...1e6),
      "Largest norm of the gradient; larger ones are scaled down; 0 leaves them.",
      synonyms: ["max_grad_norm"], counts: [.inResult, .fromNextStep]),
    .init(
      "decay", \.weightDecay, .number(0...1), "Weight decay of matrices.",
      synonyms: ["weight_decay", "wd"], counts: [.inResult, .fromNextStep]),
    .init(
      "optimizer", \.optimizer, .choice,
      "How gradients become updates; lion keeps half of adamw's memory, adafactor next to none.",
      synonyms: ["optim", "optimiser"], counts: .inResult),
    .init(
      "beta1", \.beta1, .number(0...0.9999), "AdamW's and Lion's memory of the gradient.",
      counts: [.inResult, .fromNextStep]),
    .init(
      "beta2", \.beta2, .automatic(.number(0...0.99999)),
      "AdamW's memory of the gradient's square, 0.999, and Lion's of its momentum, 0.99.",
      counts: [.inResult, .fromNextStep]),
    .init(
      "momentum", \.momentum, .number(0...0.9999), "SGD's memory of the gradient; 0: none.",
      counts: [.inResult, .fromNextStep]),
    .init(
      "nesterov", \.isNesterov, .onOff, "Whether SGD looks ahead along its way.",
      counts: [.inResult, .fromNextStep]),
    .init(
      "shards", \.shards, .integer(1...4096),
      "Stretches of a step whose gradients are summed separately, each by one of several workers: part "
        + "of the result, as the seed is.",
      counts: .inResult),
    .init(
      "adapter", \.adapter, .choice,
      "What is trained: a low-rank adapter, one with magnitudes (dora), or, with none, every weight.",
      synonyms: ["method"], counts: .inResult),
    .init(
      "base", \.base, .choice,
      "What frozen weights are kept as: fewer bits take less memory and are rounded.",
      synonyms: ["quantization", "quantize", "load_in_4bit", "load_in_8bit"],
      counts: [.inResult, .inLoading]),
    .init(
      "rank", \.lowRank.rank, .integer(1...4096), "Rank of the adapter.",
      synonyms: ["r", "lora_rank", "lora_r"], counts: .inResult, when: \.hasAdapter),
    .init(
      "alpha", \.lowRank.alpha, .number(0.001...1e5),
      "Strength of the adapter: its output is scaled by alpha / rank.", synonyms: ["lora_alpha"],
      counts: .inResult, when: \.hasAdapter),
    .init(
      "dropout", \.lowRank.dropout, .share(0...0.9),
      "Share of the adapter's inputs dropped in training.", synonyms: ["lora_dropout"],
      counts: .inResult, when: \.hasAdapter),
    .init(
      "rslora", \.lowRank.isRankStabilized, .onOff,
      "Scale the adapter by alpha / sqrt(rank) instead, which suits high ranks.",
      synonyms: ["use_rslora"], counts: .inResult, when: \.hasAdapter),
    .init(
      "targets", \.lowRank.targets, .names,
      "Layers the adapter changes: all, or a list such as [\"q_proj\", \"v_proj\"].",
      synonyms: ["target_modules"], counts: .inResult, when: \.hasAdapter),
    .init(
      "objective", \.objective.kind, .automatic(.choice),
      "What is taught: to write answers, by distil with a teacher's distributions, by dpo and others which answers are better, by classify labels "
        + "of texts, or, by retrieve and similarity, their vectors; auto is what the rows are for.",
      synonyms: ["trainer", "loss_type", "task"], counts: .inResult,
      when: { ($0.objective.kind ?? .supervised) != .supervised }),
    .init(
      "label_kind", \.objective.labels, .automatic(.choice),
      "What a text has for classify: one label, several, or a number; auto is what the rows have.",
      synonyms: ["problem_type"], counts: .inResult, when: \.isOfLabels),
    .init(
      "label_weights", \.objective.labelWeights, .choice,
      "How much texts count for classify: equal, or balanced, so that rare labels count as much.",
      synonyms: ["class_weights", "class_weight"], counts: .inResult, when: \.isOfLabels),
    .init(
      "beta", \.objective.beta, .automatic(.number(1e-4...1000)),
      "How much a preference weighs against staying as before; auto is 0.1, of simpo 2.",
      synonyms: ["dpo_beta"], counts: .inResult, when: \.isOfPreferences),
    .init(
      "smoothing", \.objective.smoothing, .number(0...0.5),
      "Share of preferences held to be the wrong way round, by dpo and simpo.",
      synonyms: ["label_smoothing"], counts: .inResult,
      when: { [.dpo, .simpo].contains($0.objective.kind) }),
    .init(
      "gamma", \.objective.gamma, .number(0...100),
      "How far simpo wants the better answer to be ahead.", synonyms: ["simpo_gamma", "margin"],
      counts: .inResult, when: { $0.objective.kind == .simpo }),
    .init(
      "good_weight", \.objective.goodWeight, .number(0...1000),
      "What a good answer counts in kto.", synonyms: ["desirable_weight"], counts: .inResult,
      when: { $0.objective.kind == .kto }),
    .init(
      "bad_weight", \.objective.badWeight, .number(0...1000),
      "What a bad answer counts in kto.", synonyms: ["undesirable_weight"], counts: .inResult,
      when: { $0.objective.kind == .kto }),
    .init(
      "teacher", \.objective.teacher, .text(or: "none"),
      "The model whose distributions of answers distil learns: the name or folder of one with the same "
        + "tokens.",
      synonyms: ["teacher_model"], counts: .inResult, when: { $0.objective.kind == .distil }),
    .init(
      "distil_temperature", \.objective.distilTemperature, .number(0.1...100),
      "How much flatter distil makes both distributions before it compares them; 1 leaves them.",
      synonyms: ["distillation_temperature"], counts: .inResult,
      when: { $0.objective.kind == .distil }),
    .init(
      "scale", \.objective.scale, .number(0.01...1000),
      "What cosines are multiplied by before retrieve compares them: 1 / temperature.",
      counts: .inResult, when: { $0.objective.kind == .retrieve }),
    .init(
      "widths", \.objective.widths, .widths,
      "First numbers of a vector that are to do alone in retrieve (Matryoshka): a list such as "
        + "[384, 128, 64]; [] for the whole vector.",
      synonyms: ["matryoshka", "matryoshka_dims"], counts: .inResult,
      when: { $0.objective.kind == .retrieve }),
    .init(
      "seed", \.seed, .integer(0...9_007_199_254_740_991),
      "Where random numbers start: order of rows, dropout, new adapters, sampling.",
      counts: [.inResult, .inLoading]),
  ]
}

extension TrainingSettings {
  /// Whether an objective was chosen that learns which answers are better.
  fileprivate var isOfPreferences: Bool { objective.kind?.isOfPreferences == true }

  /// Whether labels of texts are taught.
  fileprivate var isOfLabels: Bool { objective.kind == .classify }
}

extension SettingType where Value == [Int] {
  /// A list of widths of vectors.
  fileprivate static var widths: SettingType {
    SettingType(
      .mixed, range: "a list of whole numbers from 1 to 65536, as [256, 64]",
      write: { .list($0.map(String.init)) },
      read: { value in
        guard case .list(let names) = value else { return nil }
        let widths = names.compactMap(Int.init).filter { (1...65_536).contains($0) }
        return widths.count == names.count && Set(widths).count == widths.count ? widths : nil
      }, exact: { $0.map(String.init).joined(separator: ", ") })
  }
}

extension SettingType where Value == TargetModules {
  /// The word `all`, or a list of names.
  fileprivate static var names: SettingType {
    SettingType(
      .mixed, choices: ["all"], range: "all, or a list of names in quotes",
      write: { targets in
        switch targets {
        case .allLinear: .text("all")
        case .named(let names): .list(names)
        }
      },
      read: { value in
        switch value {
        case .text("all"): .allLinear
        case .list(let names): names.isEmpty ? nil : .named(names)
        case .text, .number: nil
        }
      },
      exact: { targets in
        switch targets {
        case .allLinear: "all"
        case .named(let names): "named " + names.joined(separator: ", ")
        }
      })
  }
}
