import Models
import Tensors

/// What transformers 5.24's config of each family has.
extension FamilyDefaultsTests {
  static let rows: [Row] = [
    Row(
      description: "llama", sizes: [4096, 11_008, 32, 32, 32, 128, 32_000, 2048], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128),
    Row(
      description: "mistral", sizes: [4096, 14_336, 32, 32, 8, 128, 32_000, 131_072],
      theta: 10_000, isTied: false, activation: .silu, windows: [4096, 4096], queryScalar: 128),
    Row(
      description: "qwen2", sizes: [4096, 22_016, 32, 32, 32, 128, 151_936, 32_768],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      biases: [true, false, false]),
    Row(
      description: "qwen3", sizes: [4096, 22_016, 32, 32, 32, 128, 151_936, 32_768],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128),
    Row(
      description: "gemma", sizes: [3072, 24_576, 28, 16, 16, 256, 256_000, 8192], theta: 10_000,
      isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 256),
    Row(
      description: "gemma2", sizes: [2304, 9216, 26, 8, 4, 256, 256_000, 8192], theta: 10_000,
      isTied: true, activation: .geluTanh, windows: [4096, nil], queryScalar: 256,
      caps: [50, 30]),
    Row(
      description: "gemma3_text", sizes: [2304, 9216, 26, 8, 4, 256, 262_208, 131_072],
      theta: 1_000_000, isTied: true, activation: .geluTanh, windows: [4096, nil],
      windowedTheta: 10_000, queryScalar: 256),
    Row(
      description: "gpt2", sizes: [768, 3072, 12, 12, 12, 64, 50_257, 1024], theta: nil,
      isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 64,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "gpt_neox", sizes: [6144, 24_576, 44, 64, 64, 96, 50_432, 2048],
      theta: 10_000, isTied: false, activation: .gelu, windows: [nil, nil], queryScalar: 96,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "ministral", sizes: [4096, 14_336, 32, 32, 8, 128, 32_000, 131_072],
      theta: 10_000, isTied: false, activation: .silu, windows: [4096, 4096], queryScalar: 128),
    Row(
      description: "phi3", sizes: [3072, 8192, 32, 32, 32, 96, 32_064, 4096], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 96, epsilon: 1e-5),
    Row(
      description: "smollm3", sizes: [2048, 11_008, 36, 16, 4, 128, 128_256, 32_768],
      theta: 2_000_000, lastTheta: .some(nil), isTied: true, activation: .silu,
      windows: [nil, nil], queryScalar: 128),
    Row(
      description: "granite", sizes: [4096, 11_008, 32, 32, 32, 128, 32_000, 2048],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 1),
    Row(
      description: "olmo2", sizes: [4096, 11_008, 32, 32, 32, 128, 50_304, 2048], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "olmo3", sizes: [4096, 11_008, 32, 32, 32, 128, 50_304, 2048], theta: 500_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "phi", sizes: [2048, 8192, 24, 32, 32, 64, 51_200, 2048], theta: 10_000,
      isTied: false, activation: .geluTanh, windows: [nil, nil], queryScalar: 64,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "stablelm", sizes: [2560, 6912, 32, 32, 32, 80, 50_304, 4096], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 80, epsilon: 1e-5),
    Row(
      description: "starcoder2", sizes: [3072, 12_288, 30, 24, 2, 128, 49_152, 4096],
      theta: 10_000, isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 128,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "glm", sizes: [4096, 13_696, 40, 32, 2, 128, 151_552, 131_072], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      biases: [true, false, false], epsilon: 1.5625e-7),
    Row(
      description: "glm4", sizes: [4096, 13_696, 40, 32, 2, 128, 151_552, 131_072],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      biases: [true, false, false], epsilon: 1.5625e-7),
    Row(
      description: "cohere", sizes: [8192, 22_528, 40, 64, 64, 128, 256_000, 8192],
      theta: 500_000, isTied: true, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "cohere2", sizes: [8192, 22_528, 40, 64, 64, 128, 256_000, 8192],
      theta: 10_000, lastTheta: .some(nil), isTied: true, activation: .silu,
      windows: [4096, 4096], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "exaone4", sizes: [4096, 16_384, 32, 32, 32, 128, 102_400, 2048],
      theta: 10_000, lastTheta: .some(nil), isTied: false, activation: .silu,
      windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "internlm3", sizes: [4096, 10_240, 48, 32, 2, 128, 128_512, 32_768],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "seed_oss", sizes: [4096, 27_648, 64, 80, 8, 128, 155_136, 524_288],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      biases: [true, false, false]),
    Row(
      description: "cwm", sizes: [6144, 21_504, 64, 48, 8, 128, 128_256, 131_072],
      theta: 1_000_000, isTied: false, activation: .silu, windows: [nil, 8192], queryScalar: 128,
      epsilon: 1e-5,
      scaling: .llama3(
        factor: 16, lowFrequencyFactor: 1, highFrequencyFactor: 4,
        originalMaximumPositions: 8192)),
    Row(
      description: "ernie4_5", sizes: [1024, 3072, 18, 16, 2, 128, 103_424, 131_072],
      theta: 500_000, isTied: true, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "gptj", sizes: [4096, 16_384, 28, 16, 16, 256, 50_400, 2048], theta: 10_000,
      isTied: false, activation: .geluTanh, windows: [nil, nil], queryScalar: 256,
      biases: [false, false, true], epsilon: 1e-5),
    Row(
      description: "falcon", sizes: [4544, 18_176, 32, 71, 1, 64, 65_024, 2048], theta: 10_000,
      isTied: true, activation: .gelu, windows: [nil, nil], queryScalar: 64, epsilon: 1e-5),
    Row(
      description: "opt", sizes: [768, 3072, 12, 12, 12, 64, 50_272, 2048], theta: nil,
      isTied: true, activation: .relu, windows: [nil, nil], queryScalar: 64,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "bloom", sizes: [64, 256, 2, 8, 8, 8, 250_880, 2048], theta: nil,
      isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 8,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "mpt", sizes: [2048, 8192, 24, 16, 16, 128, 50_368, 2048], theta: nil,
      isTied: true, activation: .gelu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "arcee", sizes: [2560, 18_432, 32, 32, 32, 80, 32_000, 4096], theta: 10_000,
      isTied: false, activation: .reluSquared, windows: [nil, nil], queryScalar: 80,
      epsilon: 1e-5),
    Row(
      description: "helium", sizes: [2560, 7040, 24, 20, 20, 128, 48_000, 4096], theta: 100_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-8),
    Row(
      description: "iquestcoder", sizes: [5120, 27_648, 80, 40, 8, 128, 76_800, 131_072],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "olmo", sizes: [4096, 11_008, 32, 32, 32, 128, 50_304, 2048], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "gpt_neo", sizes: [2048, 8192, 24, 16, 16, 128, 50_257, 2048], theta: nil,
      isTied: true, activation: .geluTanh, windows: [nil, 256], queryScalar: 1,
      biases: [false, true, true], epsilon: 1e-5),
    Row(
      description: "gpt_bigcode", sizes: [768, 3072, 12, 12, 1, 64, 50_257, 1024], theta: nil,
      isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 64,
      biases: [true, true, true], epsilon: 1e-5),
    Row(
      description: "hunyuan_v1_dense", sizes: [4096, 11_008, 32, 32, 32, 128, 290_943, 2048],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "nemotron", sizes: [6144, 24_576, 32, 48, 48, 128, 256_000, 4096],
      theta: 10_000, isTied: false, activation: .reluSquared, windows: [nil, nil],
      queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "mixtral", sizes: [4096, 14_336, 32, 32, 8, 128, 32_000, 131_072],
      theta: 1_000_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      epsilon: 1e-5),
    Row(
      description: "qwen2_moe", sizes: [2048, 5632, 24, 16, 16, 128, 151_936, 32_768],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128,
      biases: [true, false, false]),
    Row(
      description: "qwen3_moe", sizes: [2048, 768, 24, 32, 4, 64, 151_936, 32_768], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 64),
    Row(
      description: "olmoe", sizes: [2048, 2048, 16, 16, 16, 128, 50_304, 4096], theta: 10_000,
      isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 128, epsilon: 1e-5),
    Row(
      description: "gpt_oss", sizes: [2880, 2880, 36, 64, 8, 64, 201_088, 131_072],
      theta: 150_000, isTied: false, activation: .silu, windows: [128, nil], queryScalar: 64,
      biases: [true, true, true], epsilon: 1e-5,
      scaling: .yarn(
        YarnScaling(factor: 32, originalMaximumPositions: 4096, isTruncated: false))),
    Row(
      description: "deepseek_v2", sizes: [4096, 2814, 32, 32, 32, 192, 102_400, 2048],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 192),
    Row(
      description: "deepseek_v3", sizes: [7168, 18_432, 61, 128, 128, 192, 129_280, 4096],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 192),
    encoder("bert", [768, 3072, 12, 12, 12, 64, 30_522, 512]),
    // Positions begin after the id of padding.
    encoder("roberta", [768, 3072, 12, 12, 12, 64, 50_265, 510]),
    encoder("xlm-roberta", [768, 3072, 12, 12, 12, 64, 30_522, 510]),
    encoder("camembert", [768, 3072, 12, 12, 12, 64, 30_522, 510]),
    encoder("distilbert", [768, 3072, 6, 12, 12, 64, 30_522, 512]),
    encoder("electra", [256, 1024, 12, 4, 4, 64, 30_522, 512]),
    encoder("albert", [4096, 16_384, 12, 64, 64, 64, 30_000, 512], .geluTanh),
    Row(
      description: "modernbert", sizes: [768, 1152, 22, 12, 12, 64, 50_368, 8192],
      theta: 160_000, isTied: true, activation: .gelu, windows: [nil, 65], queryScalar: 64,
      epsilon: 1e-5),
    Row(
      description: "lfm2", sizes: [2560, 8192, 32, 32, 8, 80, 65_536, 128_000],
      theta: 1_000_000, isTied: true, activation: .silu, windows: [nil, nil], queryScalar: 80,
      epsilon: 1e-5),
    Row(
      description: "qwen3_5_text", sizes: [4096, 12_288, 32, 16, 4, 256, 248_320, 32_768],
      theta: 10_000, isTied: false, activation: .silu, windows: [nil, nil], queryScalar: 256),
    Row(
      description: "t5", sizes: [512, 2048, 6, 8, 8, 64, 32_128, 512], theta: nil, isTied: true,
      activation: .relu, windows: [nil, nil], queryScalar: 1),
    Row(
      description: "mt5", sizes: [512, 1024, 8, 6, 6, 64, 250_112, 512], theta: nil, isTied: true,
      activation: .geluTanh, windows: [nil, nil], queryScalar: 1),
    Row(
      description: "umt5", sizes: [512, 1024, 8, 6, 6, 64, 250_112, 512], theta: nil,
      isTied: true, activation: .geluTanh, windows: [nil, nil], queryScalar: 1),
  ]

  private static func encoder(
    _ description: String, _ sizes: [Int], _ activation: Activation = .gelu
  ) -> Row {
    Row(
      description: description, sizes: sizes, theta: nil, isTied: true, activation: activation,
      windows: [nil, nil], queryScalar: 64, biases: [true, true, true], epsilon: 1e-12)
  }
}
