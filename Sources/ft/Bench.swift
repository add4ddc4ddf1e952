import ArgumentParser
import Benchmarks
import CPU
import Commands
import Reporting
import Session
import Tensors

/// `ft bench [MODEL]`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine, and a model's training and decoding on it.",
    discussion: """
      Times are medians, on random tokens, beside the least that the machine's measured peaks \
      allow. `ft help bench` says what the columns mean, and the fields of --json.
      """)

  @Argument(help: "A bundled model, or a Hugging Face folder.") var model = "finch"

  @Option(
    help: ArgumentHelp(
      "Only these parts, of machine, matmul, training, decoding (prompt, answer, answers).",
      valueName: "part,…"))
  var only: String?

  @Option(help: "What is trained: full or lora.") var method = Method.full

  @Option(help: "The adapter's rank.") var rank = 16

  @Option(
    help: ArgumentHelp(
      "What frozen weights are kept as: f32, bf16, int8 or q4; of all but full training.",
      valueName: "format"))
  var base = WeightFormat.float32

  @Option(help: ArgumentHelp("How a card multiplies: exact or bf16.", valueName: "precision"))
  var precision = Precision.exact

  @Option(
    help: ArgumentHelp(
      "What rows become in decoding, beside weights of 4 or 8 bits: float or int8.",
      valueName: "format"))
  var activations = ActivationFormat.float

  @Option(help: "Answers that decoding writes side by side.") var streams = 8

  @Option(help: "Sequences a step.") var batch = 4

  @Option(help: "Tokens computed at a time in training.") var microbatch = 1024

  @Option(help: "Tokens a sequence; 512 by default, or the model's context.") var length: Int?

  @Option(help: "Steps of training that are timed.") var steps = 5

  @Option(
    help: ArgumentHelp(
      "Train on these rows of token ids instead, lines of JSON.", valueName: "file"))
  var rows: String?

  @Option(help: ArgumentHelp("Where: cpu, cuda, cuda:1 or auto.", valueName: "device"))
  var device = "cpu"

  @OptionGroup var output: OutputOptions

  @OptionGroup var machine: MachineOptions

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case full
    case lora
  }

  func validate() throws {
    guard try base == .float32 || method == .lora || !sections().contains(.training) else {
      throw ValidationError("full training is of f32 weights: --method lora, or --only decoding")
    }
    try check("--batch", batch, in: 1...512)
    try check("--streams", streams, in: 1...512)
    try check("--length", length ?? 1, in: 1...65_536)
    try check("--steps", steps, in: 1...1000)
    try check("--microbatch", microbatch, in: 16...1_048_576)
    try check("--rank", rank, in: 1...1024)
    guard precision == .exact || device != "cpu" else {
      throw ValidationError("--precision bf16 is a card's: --device cuda")
    }
    guard DeviceChoice(device) != nil else {
      throw ValidationError("--device takes cpu, cuda, cuda:1 or auto, not '\(device)'")
    }
  }

  func run() throws {
    var plan = BenchmarkPlan()
    plan.sections = try sections()
    plan.method = method == .full ? .full : .lowRank(rank: rank)
    plan.base = base
    plan.activations = activations
    plan.streams = streams
    plan.batch = batch
    (plan.precision, plan.microbatchTokens) = (precision, microbatch)
    plan.steps = steps
    try Program(machine).bench(asJSON: output.json) { (resources, tell) throws(Diagnostic) in
      let device: any Device
      do throws(DeviceError) {
        device = try DeviceShelf().device(DeviceChoice(self.device) ?? .cpu)
      } catch { throw Diagnostic(error) }
      return try Benchmarking(resources, on: device, tell: tell).run(
        model, plan, length: length, rowsPath: rows)
    }
  }

  private func sections() throws -> Set<BenchmarkPlan.Section> {
    guard let only else { return Set(BenchmarkPlan.Section.allCases) }
    let names = only.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return try names.reduce(into: []) { sections, name in
      if name == "decoding" { return sections.formUnion(BenchmarkPlan.Section.decoding) }
      guard let section = BenchmarkPlan.Section(rawValue: name) else {
        let known = BenchmarkPlan.Section.allCases.map(\.rawValue) + ["decoding"]
        throw ValidationError("--only takes \(Suggestion.list(known)), not '\(name)'")
      }
      sections.insert(section)
    }
  }

  private func check(_ option: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard !range.contains(value) else { return }
    throw ValidationError(
      "\(option) is a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
  }
}

extension Precision: ExpressibleByArgument {}
extension ActivationFormat: ExpressibleByArgument {}

extension WeightFormat: ExpressibleByArgument {
  /// Those that weights can be rounded to, by their words.
  public init?(argument: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue == argument }) else { return nil }
    self = format
  }
}
