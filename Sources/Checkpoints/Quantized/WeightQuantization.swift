import Serialization
import Tensors

/// A way in which files keep a layer's matrix in fewer bits: as several tensors instead of one.
protocol WeightQuantization: Sendable {
  /// What it is called, for people: `GPTQ, 4 bits`.
  var name: String { get }
  /// The ends of names, after the module's, of which each quantised module has one.
  var markers: [String] { get }
  /// The ends of all names that belong to a quantised module's matrix.
  var parts: [String] { get }
  /// The end of the name, after the module's, of the tensor that it stands for.
  var ending: String { get }
  /// The sizes of the tensor that a module's stand for, mostly `[outputs, inputs]`, these being checked.
  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int]
  /// The numbers of a module's matrix, row by row; ``shape(of:in:)`` was asked before.
  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float]
  /// The numbers of a part of it, which lies within.
  func numbers(
    of module: String, part: TensorPart, in files: TensorFiles
  ) throws(CheckpointError) -> [Float]
}

extension WeightQuantization {
  var ending: String { ".weight" }

  func numbers(
    of module: String, part: TensorPart, in files: TensorFiles
  ) throws(CheckpointError) -> [Float] {
    Array(try numbers(of: module, in: files)[part.start..<part.start + part.count])
  }
}

/// The quantised matrices of a model's folder.
struct QuantizedWeights: Sendable {
  /// How they are kept.
  let scheme: any WeightQuantization
  /// The sizes of each, by the name of the tensor that it stands for.
  let shapes: [String: [Int]]
  /// The names of the tensors that they are made of.
  let partNames: Set<String>
  private let files: TensorFiles

  /// Finds what `scheme` keeps in `files`, and checks the tensors' shapes.
  init(_ scheme: any WeightQuantization, in files: TensorFiles) throws(CheckpointError) {
    self.scheme = scheme
    self.files = files
    var shapes: [String: [Int]] = [:]
    var parts: Set<String> = []
    for name in files.owners.keys.sorted() {
      guard let marker = scheme.markers.first(where: name.hasSuffix) else { continue }
      let module = String(name.dropLast(marker.count))
      shapes[module + scheme.ending] = try scheme.shape(of: module, in: files)
      parts.formUnion(scheme.parts.map { module + $0 })
    }
    self.shapes = shapes
    partNames = parts
  }

  /// The numbers of a matrix, row by row; nil when it is none of these.
  func numbers(of tensor: String) throws(CheckpointError) -> [Float]? {
    guard shapes[tensor] != nil else { return nil }
    return try scheme.numbers(of: module(of: tensor), in: files)
  }

  private func module(of tensor: String) -> String { String(tensor.dropLast(scheme.ending.count)) }

  /// A matrix, or a part of it, as a tensor; nil when it is none of these.
  ///
  /// The shape of the whole must be `expected` when that is given.
  func tensor(
    named name: String, part: TensorPart? = nil, shape expected: [Int]?, on device: any Device
  ) throws(CheckpointError) -> Tensor? {
    guard let shape = shapes[name] else { return nil }
    let path = partNames.lazy.compactMap { [files] in files.owners[$0]?.path }.first ?? ""
    guard expected == nil || expected == shape else {
      throw .wrongShape(tensor: name, path: path, found: shape, expected: expected ?? shape)
    }
    let numbers =
      if let part { try scheme.numbers(of: module(of: name), part: part, in: files) } else {
        try scheme.numbers(of: module(of: name), in: files)
      }
    let tensor = Tensor(numbers, shape: part?.shape ?? shape, on: device)
    if let place = tensor.firstNotFinite(in: 0..<tensor.count) {
      throw .notFinite(
        tensor: name, path: path, index: tensor.index(of: place), value: numbers[place])
    }
    return tensor
  }
}

/// What a config.json says of how weights are kept in fewer bits.
enum QuantizationConfig {
  /// The keys under which it stands.
  static let keys = ["quantization_config", "quantization", "compression_config"]

  /// The scheme that a config names; nil where none is named.
  ///
  /// - Throws: `CheckpointError.unsupported` for a scheme that is not known here.
  static func scheme(
    _ config: JSONObject, path: String
  ) throws(CheckpointError) -> (any WeightQuantization)? {
    let file = ConfigReader(config, path: path)
    guard let key = keys.first(where: { file.value($0).map { !$0.isOff } ?? false }),
      let settings = try file.section(key)
    else { return nil }
    let method = try settings.string("quant_method") ?? (key == "quantization" ? "mlx" : nil)
    switch method {
    case "fp8", "fbgemm_fp8", "modelopt": return try ScaledFloat8(settings)
    case "compressed-tensors": return try compressed(settings)
    case "gptq": return try GPTQWeights(settings)
    case "awq": return try AWQWeights(settings)
    case "bitsandbytes": return try BitsAndBytesWeights(settings)
    case "mlx", nil: return try MLXWeights(settings)
    case "mxfp4": return MXFP4Weights()
    case let other?:
      throw settings.unsupported("quant_method", "\"\(other)\"", known)
    }
  }

  private static let known =
    "of quantised weights fp8, compressed-tensors, GPTQ, AWQ, bitsandbytes, MXFP4 and MLX are read; "
    + "take the original model"

  private static func compressed(
    _ settings: ConfigReader
  ) throws(CheckpointError) -> any WeightQuantization {
    let format = try settings.string("format") ?? "float-quantized"
    switch format {
    case "float-quantized", "naive-quantized": return try ScaledFloat8(settings)
    case "int-quantized": return ScaledIntegers()
    case "pack-quantized": return try CompressedIntegers(settings)
    default:
      throw settings.unsupported(
        "format", "\"\(format)\"",
        "of compressed-tensors float-, int- and pack-quantized are read; take the original model")
    }
  }
}

extension ConfigReader {
  /// The error for a value that means something which is not supported.
  func unsupported(_ key: String, _ value: String, _ reason: String) -> CheckpointError {
    .unsupported(path: path, key: key, value: value, reason: reason)
  }
}
