package import Autograd

/// A mixture of experts: feed-forward layers of which each token goes to a few.
///
///     y = Σ weight[e] · expert[e](x)      over the chosen e
///
/// What the router's scores cost in training to keep experts evenly used, a loss of its own in some
/// trainers, is not part of what is trained here.
///
/// Source: Shazeer et al. 2017, arXiv:1701.06538, section 2.
package struct ExpertsPlan: Hashable, Sendable {
  /// From C to a score an expert.
  package let router: LinearPlan
  /// Added to the scores for the choice alone; nil where nothing is.
  package var correction: TensorPlan?
  /// Which experts a token goes to, and by what weights.
  package let rule: RoutingRule
  /// The feed-forward layers, all of one size.
  package let experts: [FeedForwardPlan]

  /// The share of the tokens that an expert gets when all get as many.
  package var tokenShare: Double { Double(rule.chosenCount) / Double(rule.expertCount) }

  var linears: [LinearPlan] { [router] + experts.flatMap(\.linears) }

  var tensors: [TensorPlan] {
    router.tensors + (correction.map { [$0] } ?? []) + experts.flatMap(\.tensors)
  }
}
