import Generation
import Tensors
import TestSupport

extension Sampler {
  func choose(from logits: [Float], index: Int) -> Int32 {
    choose(from: Tensor(logits, shape: [1, logits.count]), index: index)
  }

  func distribution(of logits: [Float]) -> [(token: Int32, probability: Double)] {
    distribution(of: Tensor(logits, shape: [1, logits.count]))
  }
}
