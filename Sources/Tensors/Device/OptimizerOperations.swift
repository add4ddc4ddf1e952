/// One step of each optimizer, in place.
///
/// `fresh` is 1 − beta and `kept` is 1 − rate · decay, both worked out in double and rounded once:
/// 1 − 0.999 in float32 is 1.3e-5 off. `gradientScale` is that of the clipping.
package protocol OptimizerOperations: Sendable {
  /// ``AdamWStep`` of `weight` and its moments, which have its shape.
  func adamW(_ weight: Tensor, first: Tensor, second: Tensor, _ gradient: Tensor, _ step: AdamWStep)
  /// ``GradientDescentStep`` of `weight`; without a velocity there is no momentum.
  func gradientDescent(
    _ weight: Tensor, velocity: Tensor?, _ gradient: Tensor, _ step: GradientDescentStep)
  /// ``LionStep`` of `weight` and its momentum, which has its shape.
  func lion(_ weight: Tensor, momentum: Tensor, _ gradient: Tensor, _ step: LionStep)
  /// Of a matrix, whose means of squares are kept a row and a column; overwrites `gradient`.
  func adafactor(
    _ weight: Tensor, row: Tensor, column: Tensor, _ gradient: Tensor, _ step: AdafactorStep)
  /// Of a vector, whose mean of squares is kept an element; overwrites `gradient`.
  func adafactor(_ weight: Tensor, square: Tensor, _ gradient: Tensor, _ step: AdafactorStep)
}

/// g = gradient · gradientScale; m = beta1 · m + fresh1 · g; v = beta2 · v + fresh2 · g²;
/// w = w · kept − rate · (m / correction1) / (sqrt(v / correction2) + epsilon).
///
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
package struct AdamWStep: Sendable {
  /// The numbers of the formula.
  package var rate, beta1, fresh1, beta2, fresh2, epsilon, kept: Float
  /// 1 − beta^step.
  package var correction1, correction2: Float
  /// What clipping multiplies the gradient by.
  package var gradientScale: Float

  package init(
    rate: Float, beta1: Float, fresh1: Float, beta2: Float, fresh2: Float, epsilon: Float,
    kept: Float, correction1: Float, correction2: Float, gradientScale: Float
  ) {
    (self.rate, self.beta1, self.fresh1) = (rate, beta1, fresh1)
    (self.beta2, self.fresh2, self.epsilon, self.kept) = (beta2, fresh2, epsilon, kept)
    (self.correction1, self.correction2) = (correction1, correction2)
    self.gradientScale = gradientScale
  }
}

/// g = gradient · gradientScale + decay · w; velocity = momentum · velocity + g;
/// w = w − rate · velocity, or with `isNesterov` w − rate · (g + momentum · velocity).
///
/// Without a velocity: w − rate · g. Source: PyTorch's SGD.
package struct GradientDescentStep: Sendable {
  /// The numbers of the formula.
  package var rate, momentum, decay, gradientScale: Float
  /// Whether the step looks ahead along the velocity.
  package var isNesterov: Bool

  package init(
    rate: Float, momentum: Float, decay: Float, gradientScale: Float, isNesterov: Bool
  ) {
    (self.rate, self.momentum, self.decay) = (rate, momentum, decay)
    self.gradientScale = gradientScale
    self.isNesterov = isNesterov
  }
}

/// g = gradient · gradientScale; w = w · kept − rate · sign(beta1 · m + fresh1 · g);
/// m = beta2 · m + fresh2 · g.
///
/// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
package struct LionStep: Sendable {
  /// The numbers of the formula.
  package var rate, beta1, fresh1, beta2, fresh2, kept, gradientScale: Float

  package init(
    rate: Float, beta1: Float, fresh1: Float, beta2: Float, fresh2: Float, kept: Float,
    gradientScale: Float
  ) {
    (self.rate, self.beta1, self.fresh1) = (rate, beta1, fresh1)
    (self.beta2, self.fresh2, self.kept) = (beta2, fresh2, kept)
    self.gradientScale = gradientScale
  }
}

/// g = gradient · gradientScale; row = beta2 · row + fresh2 · mean over columns of (g² + epsilon),
/// column likewise; step = g / sqrt(row · column / mean(row));
/// w = w · kept − rate · step / max(1, rms(step)).
///
/// A row's sum is sixteen lanes, a column's one chain over ascending rows.
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 and 5, without relative steps.
package struct AdafactorStep: Sendable {
  /// The numbers of the formula.
  package var rate, beta2, fresh2, epsilon, kept, gradientScale: Float

  package init(
    rate: Float, beta2: Float, fresh2: Float, epsilon: Float, kept: Float, gradientScale: Float
  ) {
    (self.rate, self.beta2, self.fresh2) = (rate, beta2, fresh2)
    (self.epsilon, self.kept, self.gradientScale) = (epsilon, kept, gradientScale)
  }
}
