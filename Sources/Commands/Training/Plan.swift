package import Language
import Reporting
package import Session
import Tensors
import Training

/// The command `plan 3 epochs`.
package struct Plan: Command {
  package static let signature = Signature(
    "plan", "Tell the steps, time and memory of a training before it starts.",
    details: [
      "Memory is computed from sizes, as `train` checks it, and holds within a tenth. The time is "
        + "the arithmetic of the training at the speed of a short forward pass measured now: about "
        + "right on a machine that has nothing else to do.",
      "`set microbatch` and `set recompute on` need less memory and change no result.",
    ],
    patterns: ["<count:int> (epoch | epochs | step | steps) {on <data:data>}"],
    slots: ["count": .range(1...1_000_000), "data": .fallback("train")],
    needs: ["model", "data"], synonyms: ["estimate", "dryrun"],
    result: [
      .init("steps", "updates"), .init("examples", "rows that have something to learn"),
      .init("tokens", "tokens computed in all"), .init("trained_tokens", "of them with a loss"),
      .init("flops", "floating-point operations of the products and attention"),
      .init("seconds", "about how long it takes", isVolatile: true),
      .init("memory", "bytes at the peak, the sum of the next six"), .init("weights", "bytes"),
      .init("gradients", "bytes"), .init("optimizer", "bytes"), .init("activations", "bytes"),
      .init("logits", "bytes"), .init("other", "bytes"),
      .init("limit", "bytes it may take", isVolatile: true),
      .init("fits", "whether it fits", isVolatile: true),
      .init("recompute", "whether blocks are recomputed", isVolatile: true),
      .init("share_prefixes", "whether what rows of a step begin with alike is computed once"),
      .init("precision", "how products are computed"),
    ],
    examples: ["plan 3 epochs", "plan 1 epoch", "plan 100 steps", "plan 1 step on dev"],
    seeAlso: ["train", "set"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let forecast = try session.plan(TrainingRequest(call), tell: session.teller())
    let totals = forecast.schedule.totals
    let work = forecast.work
    let speed = forecast.measureSpeed()
    let seconds = work.total / speed
    session.show(.report(.fields(fields(forecast, totals, work, seconds: seconds, speed: speed))))
    let memory = forecast.memory.memory
    return .record([
      "steps": .integer(forecast.schedule.stepCount),
      "examples": .integer(forecast.schedule.examples.count),
      "tokens": .number(totals.computed.rounded()),
      "trained_tokens": .number(totals.trained.rounded()), "flops": .number(work.total),
      "seconds": .number(seconds), "memory": .integer(memory.total),
      "weights": .integer(memory.weights), "gradients": .integer(memory.gradients),
      "optimizer": .integer(memory.optimizer), "activations": .integer(memory.activations),
      "logits": .integer(memory.logits), "other": .integer(memory.other),
      "limit": .integer(forecast.memory.limit), "fits": .bool(forecast.memory.fits),
      "recompute": .bool(forecast.plan.recomputes),
      "share_prefixes": .bool(forecast.plan.sharesPrefixes),
      "precision": .string(forecast.plan.precision.rawValue),
    ])
  }

  private static func fields(
    _ forecast: TrainingForecast, _ totals: StepSchedule.Totals, _ work: WorkEstimate,
    seconds: Double, speed: Double
  ) -> [Report.Field] {
    let schedule = forecast.schedule
    let perEpoch = Wording.count(schedule.stepsPerEpoch, "step")
    let trained = Quantity(totals.trained, .count).text
    let pace = Quantity(speed / 1e9, .decimals(0)).text
    return [
      .init(
        "steps",
        .text(
          "\(Quantity.count(schedule.stepCount).text), \(perEpoch) an epoch of "
            + Wording.count(schedule.examples.count, "row"))),
      .init("tokens", .text("\(Quantity(totals.computed, .count).text), \(trained) with a loss")),
      .init("work", .text(Quantity(work.total / 1e12, .decimals(1)).text + " TFLOP")),
      .init(
        "time", .text("about \(Quantity(seconds, .seconds).text), at \(pace) GFLOP/s"),
        isVolatile: true),
    ] + precisionFields(forecast.plan) + sharingFields(schedule) + memoryFields(forecast)
  }

  /// How products are computed, where that is not as everywhere.
  private static func precisionFields(_ plan: TrainingPlan) -> [Report.Field] {
    guard plan.precision != .exact else { return [] }
    return [
      .init("precision", .text("\(plan.precision.rawValue): the bits are this kind of card's"))
    ]
  }

  /// How much beginning alike saves; nothing where it does not count.
  private static func sharingFields(_ schedule: StepSchedule) -> [Report.Field] {
    guard schedule.sharesPrefixes else { return [] }
    let share = Quantity(schedule.savedShare, .percent).text
    return [
      .init("alike", .text("\(share) of the tokens, which rows begin with, are computed once"))
    ]
  }

  private static func memoryFields(_ forecast: TrainingForecast) -> [Report.Field] {
    let fit = forecast.memory
    let verdict = fit.fits ? "it fits" : "it does not fit"
    let how = fit.plan.recomputes ? ", blocks recomputed" : ""
    let total = Report.Field(
      "memory",
      .text(
        "\(Wording.size(fit.memory.total)) of \(Wording.size(fit.limit)): " + verdict + how),
      isVolatile: true)
    return [total]
      + fit.memory.parts.map { .init("  \($0.name)", .text(Wording.size($0.bytes))) }
  }
}
