import Foundation
import Generation
import Serialization
import TestSupport
import Testing

/// Against the warpers of Hugging Face transformers; made by scripts/dev/fixtures/sampling.py.
@Suite("Sampling agrees with transformers") struct SamplerGoldenTests {
  @Test("the same tokens are left, with the same probabilities") func distributions() throws {
    let golden = try GoldenSampling()
    #expect(golden.cases.count == 45)
    for (logits, settings, tokens, probabilities) in golden.cases {
      let found = Sampler(settings).distribution(of: logits)
      #expect(found.map(\.token) == tokens, "\(settings)")
      // The scores are float32 here and float64 there: a score of 40 is rounded at 2e-6.
      for (mine, theirs) in zip(found.map(\.probability), probabilities) {
        #expect(abs(mine - theirs) <= 1e-5 * theirs, "\(settings)")
      }
    }
  }

  @Test("draws come as often as the distribution says", arguments: [4, 6, 12, 14])
  func draws(index: Int) throws {
    let (logits, settings, tokens, probabilities) = try GoldenSampling().cases[index]
    let sampler = Sampler(settings)
    var counts = [Double](repeating: 0, count: logits.count)
    for place in 0..<4000 { counts[Int(sampler.choose(from: logits, index: place))] += 1 }
    #expect(counts.reduce(0, +) == tokens.reduce(0) { $0 + counts[Int($1)] })
    for (token, probability) in zip(tokens, probabilities) {
      // Five deviations of a share of 4,000 draws, and a few draws for the rarest.
      let deviation = (probability * (1 - probability) / 4000).squareRoot()
      #expect(abs(counts[Int(token)] / 4000 - probability) <= 5 * deviation + 1e-3)
    }
  }
}

private struct GoldenSampling {
  typealias Case = (
    logits: [Float], settings: SamplingSettings, tokens: [Int32], probabilities: [Double]
  )
  let cases: [Case]

  init() throws {
    let folder = URL(filePath: GoldenModel.tied.path).deletingLastPathComponent()
    let bytes = try Data(contentsOf: folder.appending(path: "sampling.json"))
    let file = try JSONValue(parsing: [UInt8](bytes))
    let rows = (file["rows"]?.array ?? []).map {
      ($0.array ?? []).compactMap(\.double).map(Float.init)
    }
    cases = (file["cases"]?.array ?? []).map { item in
      var settings = SamplingSettings()
      settings.temperature = item["temperature"]?.double ?? 1
      settings.topK = item["top_k"]?.int ?? 0
      settings.topP = item["top_p"]?.double ?? 1
      settings.minP = item["min_p"]?.double ?? 0
      return (
        rows[item["row"]?.int ?? 0], settings,
        (item["tokens"]?.array ?? []).compactMap { $0.int.map(Int32.init) },
        (item["probabilities"]?.array ?? []).compactMap(\.double)
      )
    }
  }
}
