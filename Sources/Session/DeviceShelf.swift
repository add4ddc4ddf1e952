import CPU
import CUDA
package import Tensors

/// Opens devices, each once.
///
/// `@unchecked Sendable`: used by the engine's thread alone, as what it opens.
package final class DeviceShelf: @unchecked Sendable {
  private var cards: [Int: Card] = [:]

  package init() {}

  /// The device that a choice means.
  package func device(_ choice: DeviceChoice) throws(DeviceError) -> any Device {
    switch choice {
    case .cpu: CPUDevice()
    case .automatic: (try? device(.cuda(0))) ?? CPUDevice()
    case .cuda(let number): CUDADevice(try card(number))
    }
  }

  private func card(_ number: Int) throws(DeviceError) -> Card {
    if let card = cards[number] { return card }
    do throws(CUDAError) {
      let card = try Card(number: number)
      cards[number] = card
      return card
    } catch { throw DeviceError(cause: error) }
  }
}

/// The cards of this machine, or what is missing.
package enum CardInventory {
  /// A line a card: its name in `set device`, and what is known of it; of none, why not.
  package static func lines() -> [(name: String, text: String)] {
    var lines: [(name: String, text: String)] = []
    while true {
      do throws(CUDAError) {
        let card = try Card(number: lines.count)
        lines.append((DeviceChoice.cuda(lines.count).text, text(card)))
      } catch {
        if !lines.isEmpty { return lines }
        let error = DeviceError(cause: error)
        return [("cuda", "none: \(error.reason); \(error.remedy)")]
      }
    }
  }

  private static func text(_ card: Card) -> String {
    let gibibytes = { (count: Int) in "\((count / (1 << 20) * 10 / 1024 + 5) / 10)" }
    let version = "\(card.driverVersion / 1000).\(card.driverVersion % 1000 / 10)"
    return "\(card.name), \(gibibytes(card.freeByteCount)) GiB free of "
      + "\(gibibytes(card.memoryByteCount)), \(card.multiprocessors) multiprocessors, "
      + "driver for CUDA \(version)"
  }
}
