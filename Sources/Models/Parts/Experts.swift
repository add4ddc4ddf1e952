import Autograd
import Tensors

/// A mixture of experts: each token goes through the few feed-forward layers that a router chooses.
package final class Experts {
  /// From C to a score an expert.
  package let router: Linear
  private let correction: Parameter?
  private let experts: [FeedForward]
  private let plan: ExpertsPlan

  init<Failure: Error>(_ plan: ExpertsPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    router = try Linear(plan.router, source)
    correction = try source.parameter(plan.correction)
    var experts: [FeedForward] = []
    for plan in plan.experts { experts.append(try FeedForward(plan, source)) }
    self.experts = experts
  }

  /// Returns `sum + experts(x)`; all are `[N, C]`.
  ///
  /// The result takes the memory of `sum`.
  /// A token's results are added in the order of the experts, whatever other tokens there are.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, sum: Variable) -> Variable {
    let tape = pass.tape
    let routing = tape.routing(
      router(x, pass), plan.rule, correction: correction?.weights.tensor)
    return routing.members.reduce(sum) { sum, members in
      let rows = tape.rows(of: x, members)
      let output = experts[members.expert](rows, pass.ofRows(members.rows))
      rows.release()
      return tape.adding(output, of: members, by: routing, to: sum)
    }
  }

  var linears: [Linear] { [router] + experts.flatMap(\.linears) }
}
