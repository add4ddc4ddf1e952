/// A number format of model files.
package enum DType: String, CaseIterable, Sendable {
  case float32 = "F32"
  case bfloat16 = "BF16"
  case float16 = "F16"

  /// Bytes an element takes.
  package var byteCount: Int { self == .float32 ? 4 : 2 }
}
