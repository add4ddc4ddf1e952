// swift-tools-version: 6.2
import PackageDescription

/// What every target is held to: Swift 6, imports said and internal, a warning is an error.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// For targets that have no reason to touch raw memory: an unsafe use is an error there.
let safe = strict + [.strictMemorySafety()]

/// Kernels are optimised in every configuration, so that debug builds and tests stay quick.
///
/// Contraction is off: a fused multiply-add happens where the source says so and nowhere else.
let kernelFlags: [CSetting] = [
  .unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])
]

let package = Package(
  name: "Tunebook",
  products: [
    .executable(name: "ft", targets: ["ft"]),
    // Built when it is first used: its server comes with much that `ft` does without.
    .executable(name: "ft-serve", targets: ["ft-serve"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Layer 0: no module of ours below.
    .target(name: "CMathematics", cSettings: kernelFlags),
    .target(name: "CFolders"),
    .target(name: "CMemory"),
    .target(name: "CSandbox"),
    .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("edit")]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .target(name: "Execution", swiftSettings: safe),
    .target(name: "Reporting", swiftSettings: safe),
    .target(name: "Serialization", swiftSettings: safe),
    // Layer 1
    .target(name: "Sandbox", dependencies: ["CSandbox"], swiftSettings: strict),
    .target(
      name: "CKernels", dependencies: ["CMathematics"],
      cSettings: kernelFlags + [.headerSearchPath(".")]),
    // Kernels of a graphics card: their source is compiled by `scripts/dev/cuda-kernels`, here is what
    // it gave.
    .target(
      name: "CUDAKernels", dependencies: ["CKernels"], exclude: ["kernels", "ptx"],
      cSettings: kernelFlags),
    .target(name: "Mathematics", dependencies: ["CMathematics"], swiftSettings: strict),
    .target(name: "Tokenizers", dependencies: ["CPCRE2", "Serialization"], swiftSettings: strict),
    .target(name: "ChatTemplates", dependencies: ["Serialization"], swiftSettings: safe),
    .target(name: "Language", dependencies: ["Reporting"], swiftSettings: safe),
    .target(name: "SettingDeclarations", dependencies: ["Reporting"], swiftSettings: safe),
    .target(name: "Terminal", dependencies: ["Reporting", "CLineEditor"], swiftSettings: strict),
    .target(name: "Runs", dependencies: ["Reporting", "CSQLite"], swiftSettings: strict),
    .target(name: "Workers", dependencies: ["Execution", "Reporting"], swiftSettings: strict),
    .target(
      name: "Inflation", dependencies: ["CZlib", "CZstd", "CSnappy"], swiftSettings: strict),
    .target(
      name: "Messaging", dependencies: ["Serialization", "Reporting", "Execution", "COpenSSL"],
      swiftSettings: strict),
    .target(
      name: "Scoring", dependencies: ["Mathematics", "Serialization"], swiftSettings: safe),
    // Layer 2
    .target(name: "Parquet", dependencies: ["Inflation", "Serialization"], swiftSettings: safe),
    .target(name: "Tensors", dependencies: ["Mathematics"], swiftSettings: strict),
    .target(
      name: "Constraints", dependencies: ["Tokenizers", "Serialization"], swiftSettings: safe),
    // Layer 3
    .target(
      name: "Datasets",
      dependencies: [
        "Tokenizers", "ChatTemplates", "Serialization", "Mathematics", "Reporting", "Inflation",
        "Parquet", "Execution",
      ],
      swiftSettings: safe),
    .target(name: "Autograd", dependencies: ["Tensors", "Mathematics"], swiftSettings: strict),
    .target(
      name: "CPU", dependencies: ["Tensors", "Mathematics", "CKernels"],
      path: "Sources/Devices/CPU",
      swiftSettings: strict),
    .target(
      name: "CUDA",
      dependencies: ["Tensors", "Mathematics", "CKernels", "CUDAKernels", "Execution"],
      path: "Sources/Devices/CUDA",
      swiftSettings: strict),
    .target(
      name: "Checkpoints",
      dependencies: [
        "Tensors", "Tokenizers", "Serialization", "Reporting", "COpenSSL", "CFolders",
      ],
      swiftSettings: strict),
    // Layer 4
    .target(
      name: "Models",
      dependencies: ["Autograd", "Checkpoints", "Tensors", "Mathematics", "Serialization"],
      swiftSettings: strict),
    .target(
      name: "Fetching",
      dependencies: [
        "Checkpoints", "Serialization", "Reporting", "Execution", "CCurl", "Inflation",
      ],
      swiftSettings: strict),
    // Layer 5
    .target(
      name: "Objectives",
      dependencies: [
        "Models", "Datasets", "Autograd", "Tensors", "Mathematics", "Execution",
      ],
      swiftSettings: strict),
    .target(
      name: "Adapters",
      dependencies: [
        "Models", "Autograd", "Checkpoints", "Tensors", "Mathematics", "Serialization", "Reporting",
        "CPCRE2",
      ],
      swiftSettings: strict),
    .target(
      name: "Generation",
      dependencies: [
        "Models", "Checkpoints", "Constraints", "Tokenizers", "Tensors", "Autograd", "Mathematics",
        "SettingDeclarations", "Workers", "Execution",
      ],
      swiftSettings: strict),
    // Layer 6
    .target(
      name: "Evaluation",
      dependencies: [
        "Objectives", "Generation", "Datasets", "Models", "Autograd", "Tensors", "Mathematics",
        "Workers", "Execution", "Scoring",
      ],
      swiftSettings: strict),
    // Layer 7
    .target(
      name: "Training",
      dependencies: [
        "Objectives", "Evaluation", "Adapters", "Datasets", "Models", "Autograd", "Checkpoints",
        "Tensors", "Mathematics", "SettingDeclarations", "Workers", "Execution", "Reporting",
      ],
      swiftSettings: strict),
    // Layer 8
    .target(
      name: "Session",
      dependencies: [
        "Training", "Runs", "Evaluation", "Objectives", "Generation", "Constraints", "Adapters",
        "Models", "Datasets", "Checkpoints", "Tokenizers", "ChatTemplates", "Tensors", "CPU",
        "CUDA",
        "Autograd",
        "Mathematics",
        "Reporting", "Serialization", "SettingDeclarations", "Workers", "Execution", "Fetching",
        "Sandbox", "Scoring",
      ],
      swiftSettings: strict),
    .target(
      name: "Benchmarks",
      dependencies: [
        "Training", "Objectives", "Generation", "Adapters", "Models", "Datasets", "Autograd",
        "Checkpoints", "Tensors", "CPU", "Mathematics", "Reporting", "Serialization", "Execution",
      ],
      swiftSettings: strict),
    // Layer 9
    .target(
      name: "Commands",
      dependencies: [
        "Session", "Runs", "Benchmarks", "Language", "Reporting", "Training", "Evaluation",
        "Objectives", "Generation", "Constraints", "Datasets", "Adapters", "Models", "Checkpoints",
        "Tokenizers", "Tensors",
        "Serialization", "SettingDeclarations", "Workers", "Execution", "Fetching", "Sandbox",
        "Scoring",
      ],
      swiftSettings: strict),
    .target(
      name: "Serving",
      dependencies: [
        "Session", "Training", "Objectives", "Generation", "Constraints", "Adapters", "Models",
        "Datasets", "Checkpoints", "Tokenizers", "Tensors", "CPU", "Language", "Reporting",
        "Serialization",
        "Fetching",
      ],
      swiftSettings: strict),
    // Layer 10
    .target(
      name: "Notebook",
      dependencies: [
        "Commands", "Session", "Checkpoints", "Language", "Reporting", "Serialization", "Workers",
        "Execution", "Sandbox",
      ],
      swiftSettings: strict),
    // Layer 11
    .target(
      name: "Lessons",
      dependencies: [
        "Notebook", "Commands", "Session", "Language", "Reporting", "Checkpoints",
        "Serialization", "Sandbox",
      ],
      swiftSettings: strict),
    .target(
      name: "Jupyter",
      dependencies: [
        "Notebook", "Commands", "Session", "Language", "Reporting", "Terminal", "Messaging",
        "Checkpoints", "Serialization", "Execution",
      ],
      swiftSettings: strict),
    // Layer 12
    .target(
      name: "REPL",
      dependencies: [
        "Lessons", "Notebook", "Commands", "Session", "Language", "Reporting", "Terminal",
        "Execution", "Sandbox",
      ],
      swiftSettings: strict),
    // Layer 13: composition only.
    .executableTarget(
      name: "ft",
      dependencies: [
        "REPL", "Jupyter", "Messaging", "Lessons", "Notebook", "Commands", "Session", "Runs",
        "Benchmarks", "Terminal",
        "Reporting", "Language", "Training", "Adapters", "Checkpoints", "Datasets", "Serialization",
        "Tensors",
        "CPU", "CMemory", "Workers", "Execution", "Fetching", "Sandbox",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ft-serve",
      dependencies: [
        "Serving", "Session", "SettingDeclarations", "CPU", "Serialization", "Fetching",
        "Execution", "Training", "Checkpoints", "Reporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // Terminals for the tests of the prompt.
    .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
    // A card that is not there: its kernels compiled for the processor, and the driver's functions.
    .target(
      name: "CUDAEmulation", path: "Tests/CUDAEmulation",
      cxxSettings: [
        .unsafeFlags(["-std=c++20", "-O2", "-ffp-contract=off", "-fno-math-errno"]),
        .headerSearchPath("../../Sources/CUDAKernels/kernels"),
        .headerSearchPath("../../Sources/CUDAKernels/include"),
        .headerSearchPath("../../Sources/CKernels"),
        .headerSearchPath("../../Sources/CKernels/include"),
        .headerSearchPath("../../Sources/CMathematics"),
        .headerSearchPath("../../Sources/CMathematics/include"),
      ]),
    // A process that is held by the kernel, and what it can still do.
    .target(
      name: "CSandboxTrial", dependencies: ["CSandbox"], path: "Tests/CSandboxTrial"),
    // Readers of strangers' bytes, for the fuzzer and for the tests of what it found.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Language", "Checkpoints", "Models", "Tokenizers", "ChatTemplates", "Constraints",
        "Serialization", "Reporting", "CPU", "Parquet",
      ],
      path: "Tests/FuzzTargets", swiftSettings: strict),
    // What several test targets share.
    .target(
      name: "TestSupport",
      dependencies: [
        "Autograd", "CPU", "Checkpoints", "Datasets", "Models", "Mathematics", "Objectives",
        "Tensors", "Reporting", "Serialization", "SettingDeclarations",
      ],
      path: "Tests/TestSupport", exclude: ["Fixtures"], swiftSettings: strict),
  ] + tests)

/// One test target a module; each may use what its module uses, and `TestSupport`.
///
/// `EndToEndTests` runs the program itself, in a terminal.
var tests: [Target] {
  let modules: [(String, [Target.Dependency])] = [
    ("Mathematics", ["Mathematics", "CMathematics"]),
    ("CKernels", ["CKernels", "CMathematics"]),
    ("CPU", ["CPU", "CKernels", "Tensors"]),
    ("CUDA", ["CUDA", "CUDAEmulation", "CPU", "Tensors", "Mathematics"]),
    ("Lessons", ["Lessons", "Notebook", "Session", "Language", "Reporting", "TestSupport"]),
    ("Reporting", ["Reporting", "TestSupport"]),
    ("Serialization", ["Serialization"]),
    ("Sandbox", ["Sandbox", "CSandboxTrial"]),
    ("Runs", ["Runs", "Reporting", "TestSupport"]),
    ("Workers", ["Workers", "Reporting"]),
    ("Messaging", ["Messaging", "Serialization", "Reporting"]),
    (
      "Jupyter",
      [
        "Jupyter", "Messaging", "Notebook", "Session", "Terminal", "Reporting", "Serialization",
        "TestSupport",
      ]
    ),
    ("Scoring", ["Scoring", "Serialization"]),
    ("Parquet", ["Parquet", "Serialization"]),
    ("Tokenizers", ["Tokenizers", "Serialization"]),
    ("ChatTemplates", ["ChatTemplates", "Serialization"]),
    ("Constraints", ["Constraints", "Tokenizers", "Serialization"]),
    ("Language", ["Language", "Reporting", "TestSupport"]),
    ("Terminal", ["Terminal", "Reporting", "TestSupport"]),
    ("Autograd", ["Autograd", "Tensors", "CPU", "TestSupport"]),
    ("Checkpoints", ["Checkpoints", "Tensors", "Serialization", "Reporting", "TestSupport"]),
    ("Fuzzing", ["FuzzTargets"]),
    ("Fetching", ["Fetching", "Checkpoints", "Reporting", "Execution", "TestSupport"]),
    (
      "Datasets",
      [
        "Datasets", "Tokenizers", "ChatTemplates", "Serialization", "Mathematics", "Reporting",
        "TestSupport",
      ]
    ),
    (
      "Models",
      [
        "Models", "Autograd", "CPU", "Checkpoints", "Datasets", "Tensors", "Serialization",
        "Reporting", "TestSupport",
      ]
    ),
    (
      "Adapters",
      [
        "Adapters", "Models", "Autograd", "Checkpoints", "Datasets", "Tensors", "Serialization",
        "TestSupport",
      ]
    ),
    (
      "Generation",
      [
        "Generation", "Mathematics", "Models", "Autograd", "Constraints", "Datasets", "Tokenizers",
        "Checkpoints",
        "Tensors", "CPU", "CUDA", "CUDAEmulation", "Serialization", "Execution", "TestSupport",
      ]
    ),
    (
      "Evaluation",
      [
        "Evaluation", "Objectives", "Generation", "Models", "Autograd", "Datasets", "Tensors",
        "Mathematics", "Execution", "Scoring", "Serialization", "TestSupport",
      ]
    ),
    (
      "Training",
      [
        "Training", "Objectives", "Evaluation", "Adapters", "Models", "Autograd", "Datasets",
        "Checkpoints", "Tensors", "CPU", "CUDA", "CUDAEmulation", "SettingDeclarations",
        "Reporting", "Execution", "Serialization", "TestSupport",
      ]
    ),
    (
      "Session",
      [
        "Session", "Training", "Evaluation", "Generation", "Models", "Datasets", "Checkpoints",
        "Objectives", "Autograd", "Tensors", "CPU",
        "ChatTemplates", "Tokenizers", "Serialization", "Execution", "TestSupport",
      ]
    ),
    (
      "Benchmarks",
      [
        "Benchmarks", "Models", "Autograd", "Datasets", "Tensors", "CPU", "Reporting",
        "Serialization", "Execution", "TestSupport",
      ]
    ),
    (
      "Commands",
      [
        "Commands", "Session", "Training", "Evaluation", "Generation", "Models", "Language",
        "Reporting", "Notebook", "Tensors", "CPU", "Serialization", "SettingDeclarations",
        "Datasets", "Scoring", "TestSupport",
      ]
    ),
    (
      "Serving",
      [
        "Serving", "Session", "Serialization", "Training", "Datasets", "Tensors", "CPU", "CUDA",
        "CUDAEmulation",
      ]
    ),
    (
      "Notebook",
      [
        "Notebook", "Commands", "Session", "Language", "Reporting", "Serialization", "Execution",
        "TestSupport",
      ]
    ),
    (
      "REPL",
      [
        "REPL", "Notebook", "Commands", "Session", "Language", "Terminal", "Reporting", "Execution",
        "TestSupport",
      ]
    ),
    ("EndToEnd", ["CPseudoTerminal", "Reporting", "Serialization", "TestSupport"]),
  ]
  // Read by path, so that tests need no resource bundle.
  let fixtures: Set = [
    "Tokenizers", "ChatTemplates", "Parquet", "Datasets", "Scoring", "Evaluation",
  ]
  return modules.map { name, dependencies in
    .testTarget(
      name: "\(name)Tests", dependencies: dependencies,
      exclude: name == "Fuzzing" ? ["Corpus"] : fixtures.contains(name) ? ["Fixtures"] : [],
      swiftSettings: strict)
  }
}
