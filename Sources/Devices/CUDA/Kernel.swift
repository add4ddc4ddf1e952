import CUDAKernels

/// A file of kernels, which the driver is handed as a whole.
enum KernelModule: String {
  case attentionBackward = "attention_backward"
  case attentionForward = "attention_forward"
  case deltaRule = "delta_rule"
  case elementwise
  case optimizers
  case products
  case productsBfloat16 = "products_bf16"
  case random
  case rows

  /// Its PTX, as the program holds it.
  var text: UnsafePointer<CChar> {
    guard let text = ft_cuda_text(rawValue) else {
      preconditionFailure("a module without a text: \(rawValue)")
    }
    return text
  }
}

/// A kernel by its name in its module.
struct Kernel: Hashable {
  let module: KernelModule
  let name: String

  init(_ module: KernelModule, _ name: String) { (self.module, self.name) = (module, name) }
}
