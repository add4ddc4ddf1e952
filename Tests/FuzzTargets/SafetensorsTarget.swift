import CPU
import Checkpoints

extension FuzzTarget {
  /// A file of tensors: its header is checked, and small tensors are read.
  static let safetensors = FuzzTarget("safetensors") { bytes in
    file.set(bytes)
    guard let file = try? Safetensors(path: file.path) else { return }
    for entry in file.entries.prefix(8) where entry.bytes.count <= 4096 {
      _ = try? file.tensor(named: entry.name, shape: entry.shape, on: CPUDevice())
    }
  }
}

private let file = MemoryFile()
