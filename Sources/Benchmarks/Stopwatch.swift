import Execution

/// Times of pieces of work, in seconds of the wall clock.
enum Stopwatch {
  /// Returns how long one call takes.
  static func seconds(_ body: () -> Void) -> Double {
    ContinuousClock().measure(body).seconds
  }

  /// Returns how long a call takes in each of `repeats` samples, after one call to warm up.
  ///
  /// A sample is as many calls as fill `least` seconds, so that a short call is not drowned by the
  /// clock and by the waking of threads.
  static func samples(repeats: Int, least: Double, _ body: () -> Void) -> [Double] {
    body()
    let once = max(seconds(body), 1e-9)
    let calls = max(1, Int((least / once).rounded(.up)))
    return (0..<repeats).map { _ in
      seconds { for _ in 0..<calls { body() } } / Double(calls)
    }
  }
}

extension [Double] {
  /// The middle of the sorted numbers, the lower of two; 0 when there is none.
  var median: Double { isEmpty ? 0 : sorted()[(count - 1) / 2] }
}
