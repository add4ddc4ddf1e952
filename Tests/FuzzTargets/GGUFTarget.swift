import CPU
import Checkpoints
import Models

extension FuzzTarget {
  /// A GGUF file: header, settings, tokenizer and the places of tensors, and small tensors read.
  static let gguf = FuzzTarget("gguf") { bytes in
    file.set(bytes)
    guard let parts = try? GGUFParts(path: file.path) else { return }
    _ = try? GGUFModel(parts)
    for name in parts.tensorNames.prefix(8) where parts.entry(named: name)?.bytes.count ?? 0 < 4096
    {
      _ = try? parts.numbers(named: name)
    }
  }
}

private let file = MemoryFile()
