/// The numbers between two bounds, of which a step may be asked: a rule for each place in their digits.
///
/// They are written without an exponent and with no more digits than a float of 64 bits tells apart,
/// so that whoever reads them compares what was compared here.
struct NumberRange {
  /// A bound of the numbers.
  struct Bound: Hashable {
    var value: Decimal
    /// Whether the bound is one of the numbers.
    var isIncluded = true
  }

  /// A step of which each number is a multiple: `factor` × 10 to the -`decimals`.
  struct Step: Hashable {
    var factor = 1
    var decimals = 0
  }

  /// Digits of a number, at most.
  static let digitLimit = 15
  /// Digits before the point where each remainder has to be kept apart.
  private static let steppedDigitLimit = 9
  /// Places in the digits, at most.
  static let stateLimit = 20_000

  var lower: Bound?
  var upper: Bound?
  /// How many digits may be after the point, at most.
  var decimals = digitLimit
  var step: Step?

  /// Returns the rule of these numbers; nil when there are too many places to keep apart.
  ///
  /// Where no number is in the range the rule can write nothing.
  func rule(_ builder: inout GrammarBuilder) -> Grammar.Rule? {
    guard let positive = magnitudes(from: lower, to: upper, isPositive: true, &builder) else {
      return nil
    }
    // The bounds of -x are those of x exchanged.
    guard let negative = magnitudes(from: upper, to: lower, isPositive: false, &builder) else {
      return nil
    }
    return builder.choice([positive, builder.sequence([builder.text("-"), negative])])
  }

  /// The numbers of one sign, without it.
  private func magnitudes(
    from lower: Bound?, to upper: Bound?, isPositive: Bool, _ builder: inout GrammarBuilder
  ) -> Grammar.Rule? {
    let nothing = builder.add(.choice([]))
    // No number of this sign is on this side of the bound.
    if let upper, upper.value.isNegative == isPositive, !upper.value.isZero { return nothing }
    if !isPositive, let upper, upper.value.isZero { return nothing }
    // Zero is written without a sign.
    var low = Bound(value: .zero, isIncluded: isPositive)
    if let lower, lower.value.isNegative != isPositive, !lower.value.isZero || isPositive {
      low = Bound(value: lower.value.magnitude, isIncluded: lower.isIncluded)
    }
    let high = upper.map { Bound(value: $0.value.magnitude, isIncluded: $0.isIncluded) }
    let digits = Digits(lower: low, upper: high, decimals: decimals, step: step)
    return digits.rule(&builder, limit: Self.stateLimit)
  }

  /// The automaton of the digits.
  private struct Digits {
    let lower: Bound
    let upper: Bound?
    let decimals: Int
    let step: Step?

    /// A place in the digits.
    struct Place: Hashable {
      var hasPoint = false
      /// Whether the number began with 0, after which only a point may come.
      var isZero = false
      var whole = 0
      var fraction = 0
      /// The digits so far beside as many of the bounds: -1 less, 1 more.
      var beside = SIMD2<Int8>.zero
      var remainder = 0
    }

    private var wholeLimit: Int {
      guard step.map({ $0.factor > 1 }) ?? false else { return NumberRange.digitLimit }
      return max(
        NumberRange.steppedDigitLimit,
        min(NumberRange.digitLimit, (upper?.value.whole.count ?? 0)))
    }

    /// Returns where a byte leads; nil where it may not come.
    private func next(_ place: Place, _ byte: UInt8) -> Place? {
      var next = place
      if byte == UInt8(ascii: ".") {
        guard !place.hasPoint, place.isZero || place.whole > 0, decimals > 0 else { return nil }
        next.hasPoint = true
        next.beside = resolved(place)
        return next
      }
      let digit = byte - 0x30
      guard place.whole + place.fraction < NumberRange.digitLimit else { return nil }
      if place.hasPoint {
        guard place.fraction < decimals else { return nil }
        next.beside = compared(place, digit, place.fraction) { $0.fraction }
        next.fraction += 1
      } else {
        guard !place.isZero, place.whole < wholeLimit else { return nil }
        if digit == 0, place.whole == 0 {
          next.isZero = true
        } else {
          next.beside = compared(place, digit, place.whole) { $0.whole }
          next.whole += 1
        }
      }
      if let step { next.remainder = (place.remainder * 10 + Int(digit)) % step.factor }
      return next
    }

    /// Compares one digit more with that of each bound.
    private func compared(
      _ place: Place, _ digit: UInt8, _ index: Int, _ digits: (Decimal) -> [UInt8]
    ) -> SIMD2<Int8> {
      var beside = place.beside
      for (side, bound) in [lower, upper].enumerated() where beside[side] == 0 {
        guard let bound else { continue }
        let digits = digits(bound.value)
        let other = index < digits.count ? digits[index] : 0
        beside[side] = digit < other ? -1 : digit > other ? 1 : 0
      }
      return beside
    }

    /// The comparison once all digits before the point are known.
    private func resolved(_ place: Place) -> SIMD2<Int8> {
      guard !place.hasPoint else { return place.beside }
      var beside = place.beside
      for (side, bound) in [lower, upper].enumerated() {
        guard let count = bound?.value.whole.count, place.whole != count else { continue }
        beside[side] = place.whole < count ? -1 : 1
      }
      return beside
    }

    /// Whether a number may end at a place.
    private func isEnd(_ place: Place) -> Bool {
      guard place.isZero || place.whole > 0, !place.hasPoint || place.fraction > 0 else {
        return false
      }
      var beside = resolved(place)
      for (side, bound) in [lower, upper].enumerated() where beside[side] == 0 {
        if let bound, bound.value.fraction.count > place.fraction { beside[side] = -1 }
      }
      guard beside[0] > 0 || beside[0] == 0 && lower.isIncluded else { return false }
      if let upper {
        guard beside[1] < 0 || beside[1] == 0 && upper.isIncluded else { return false }
      }
      guard let step else { return true }
      // As if zeros were written up to the decimals of the step.
      return (place.fraction..<max(place.fraction, step.decimals))
        .reduce(place.remainder) { remainder, _ in remainder * 10 % step.factor } == 0
    }

    /// Returns the rule of the first place; nil when there are more than `limit`.
    func rule(_ builder: inout GrammarBuilder, limit: Int) -> Grammar.Rule? {
      var rules: [Place: Grammar.Rule] = [Place(): builder.reserve()]
      var waiting = [Place()]
      while let place = waiting.popLast() {
        guard rules.count <= limit, let rule = rules[place] else { return nil }
        var bytes: [Grammar.Rule: ByteSet] = [:]
        for byte in Array("0123456789.".utf8) {
          guard let next = next(place, byte) else { continue }
          let target = rules[next] ?? builder.reserve()
          if rules.updateValue(target, forKey: next) == nil { waiting.append(next) }
          bytes[target, default: ByteSet()].insert(byte)
        }
        var ways = bytes.sorted { $0.key < $1.key }.map { target, set in
          builder.sequence([builder.byte(set), target])
        }
        if isEnd(place) { ways.append(builder.add(.nothing)) }
        builder.set(rule, to: .choice(ways))
      }
      return rules[Place()]
    }
  }
}
