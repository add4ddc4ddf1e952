/// A file of a model for another program, by the end of its name.
package enum ForeignFormat: String, CaseIterable, Hashable, Sendable {
  case gguf = ".gguf"
  case oldGGML = ".ggml"
  case onnx = ".onnx"
  case keras = ".h5"
  case tensorFlow = ".pb"
  case tensorFlowLite = ".tflite"
  case flax = ".msgpack"
  case numpy = ".npz"
  case coreML = ".mlmodel"
  case coreMLPackage = ".mlpackage"
  case openVINO = ".xml"
  case nemo = ".nemo"
  case llamafile = ".llamafile"
  case executorch = ".pte"

  /// The format that a name's end means; nil when it is none of these.
  package init?(of name: String) {
    let lowercased = name.lowercased()
    guard let format = Self.allCases.first(where: { lowercased.hasSuffix($0.rawValue) }) else {
      return nil
    }
    self = format
  }

  /// What such a file is, after "is" or "holds".
  package var about: String {
    switch self {
    case .gguf: "a GGUF file, the format of llama.cpp"
    case .oldGGML: "a GGML file, which llama.cpp wrote before GGUF"
    case .onnx: "an ONNX file, which is made for inference alone"
    case .keras: "weights of TensorFlow (Keras)"
    case .tensorFlow: "a graph of TensorFlow"
    case .tensorFlowLite: "a TensorFlow Lite file, which is made for inference alone"
    case .flax: "weights of Flax"
    case .numpy: "an archive of NumPy, as the first versions of MLX wrote"
    case .coreML, .coreMLPackage: "a Core ML model, which is made for inference alone"
    case .openVINO: "a model of OpenVINO, which is made for inference alone"
    case .nemo: "an archive of NeMo"
    case .llamafile: "a llamafile, a program with a model inside"
    case .executorch: "a program of ExecuTorch, which is made for inference alone"
    }
  }
}
