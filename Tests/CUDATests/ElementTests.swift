import CUDA
import CUDAEmulation
import Mathematics
import Tensors
import Testing

extension EmulatedCard {
  @Test(arguments: [1, 15, 16, 17, 1000, 4097]) func elements(_ count: Int) {
    expectSameBits("elements") { n in
      let (x, y) = (n.normal(count), n.normal(count))
      let device = n.device
      device.fill(n.empty(count), -0.5)
      device.add(n.normal(count), y)
      device.multiply(n.empty(count), x, y)
      device.scale(n.normal(count), by: 1.7)
      let capped = n.normal(count, deviation: 30)
      device.softCap(capped, cap: 20)
      device.multiplySoftCapSlope(n.normal(count), of: capped, cap: 20)
      device.copy(n.empty(count), from: x)
    }
  }

  @Test(arguments: Activation.allCases) func activations(_ kind: Activation) {
    for deviation: Float in [1, 40] {
      expectSameBits("\(kind)") { n in
        let (x, up, dout) = (
          n.normal(333, deviation: deviation), n.normal(333), n.normal(333, deviation: 0.1)
        )
        n.device.activate(n.empty(333), x, kind)
        n.device.activateBackward(n.empty(333), dout, x, kind)
        n.device.gate(n.empty(333), gate: x, up: up, kind)
        n.device.gateBackward(dGate: n.empty(333), dUp: n.empty(333), dout, gate: x, up: up, kind)
      }
    }
  }

  @Test func clampedGates() {
    expectSameBits("clamped gate") { n in
      let (x, dout) = (n.normal(7, 2 * 19, deviation: 6), n.normal(7, 19))
      let kind = ClampedGate(alpha: 1.702, limit: 7)
      n.device.clampedGate(n.empty(7, 19), x, kind)
      n.device.clampedGateBackward(n.empty(7, 2 * 19), dout, x, kind)
    }
  }

  @Test(arguments: [0, 1, 6, 63]) func randomNumbers(_ offset: Int) {
    let stream = RandomStream(seed: 0x1234_5678_9abc, purpose: .dropout, step: 3)
    expectSameBits("random") { n in
      let x = n.normal(301)
      n.device.dropout(n.empty(301), x, share: 0.3, stream, offset: UInt64(offset))
      n.device.fillNormal(n.empty(301), deviation: 0.02, stream, offset: offset)
      n.device.fillUniform(n.empty(301), limit: 0.3, stream, offset: offset)
    }
  }

  /// The norms of a step's gradients: a wait for each of hundreds would leave the card idle.
  @Test func sumsOfManyTensorsAreWaitedForOnce() {
    let tensors = (1...9).map { Tensor(zeros: [100 * $0], on: EmulatedCard.device) }
    _ = ft_emulated_take_waits()
    #expect(EmulatedCard.device.sumsOfSquares(tensors) == [Double](repeating: 0, count: 9))
    #expect(ft_emulated_take_waits() == 1)
  }

  @Test(arguments: [0, 1, 100, 4096, 4097, 30_001]) func reductions(_ count: Int) {
    expectSameBits("reductions") { n in
      let x = n.normal(count)
      for sum in n.device.sumsOfSquares([x, n.normal(5000), n.normal(3)]) { n.returned(sum) }
      n.returned([Int32(n.device.isFinite(x) ? 1 : 0)])
      x.scale(by: .infinity)
      n.returned([Int32(n.device.isFinite(x) ? 1 : 0)])
    }
  }

  @Test(arguments: [(33, 17), (5, 130)]) func steps(_ rows: Int, _ columns: Int) {
    expectSameBits("optimizers") { n in
      let device = n.device
      let adam = AdamWStep(
        rate: 1e-2, beta1: 0.9, fresh1: 0.1, beta2: 0.99, fresh2: 0.01, epsilon: 1e-8, kept: 0.999,
        correction1: 0.1, correction2: 0.01, gradientScale: 0.7)
      device.adamW(
        n.normal(rows, columns), first: n.normal(rows, columns), second: n.positive(rows, columns),
        n.normal(rows, columns), adam)
      for velocity in [nil, n.normal(rows, columns)] {
        for isNesterov in [false, true] {
          device.gradientDescent(
            n.normal(rows, columns), velocity: velocity, n.normal(rows, columns),
            GradientDescentStep(
              rate: 0.1, momentum: 0.9, decay: 0.01, gradientScale: 1, isNesterov: isNesterov))
        }
      }
      device.lion(
        n.normal(rows, columns), momentum: n.normal(rows, columns), n.normal(rows, columns),
        LionStep(
          rate: 0.1, beta1: 0.9, fresh1: 0.1, beta2: 0.99, fresh2: 0.01, kept: 0.99,
          gradientScale: 1))
      let adafactor = AdafactorStep(
        rate: 0.1, beta2: 0.8, fresh2: 0.2, epsilon: 1e-30, kept: 0.99, gradientScale: 0.5)
      device.adafactor(
        n.normal(rows, columns), row: n.positive(rows), column: n.positive(columns),
        n.normal(rows, columns), adafactor)
      device.adafactor(
        n.normal(columns), square: n.positive(columns), n.normal(columns), adafactor)
    }
  }

  @Test func transfers() {
    expectSameBits("transfers") { n in
      let x = n.normal(77)
      for dtype in DType.allCases {
        let bytes = x.narrowed(3..<60, to: dtype)
        n.returned(bytes.map { Int32($0) })
        let y = n.normal(70)
        bytes.withUnsafeBytes { y.widen($0, from: dtype, into: 5..<62) }
      }
      n.keep(x.turned)
    }
  }
}
