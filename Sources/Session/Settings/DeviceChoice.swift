import SettingDeclarations

/// What may be set as `device`: where models are computed.
package enum DeviceChoice: Hashable, Sendable {
  /// The processor.
  case cpu
  /// The first card where there is one that can be used, else the processor.
  case automatic
  /// An NVIDIA card by its number, from 0.
  case cuda(Int)

  /// Reads `cpu`, `auto`, `cuda` or `cuda:1`; nil for anything else.
  package init?(_ text: String) {
    switch text {
    case "cpu": self = .cpu
    case "auto": self = .automatic
    case "cuda": self = .cuda(0)
    default:
      let prefix = "cuda:"
      guard text.hasPrefix(prefix), let number = Int(text.dropFirst(prefix.count)),
        (0..<Self.mostCards).contains(number)
      else { return nil }
      self = .cuda(number)
    }
  }

  private static let mostCards = 64

  /// What is typed for it.
  package var text: String {
    switch self {
    case .cpu: "cpu"
    case .automatic: "auto"
    case .cuda(let number): number == 0 ? "cuda" : "cuda:\(number)"
    }
  }
}

extension SettingType where Value == DeviceChoice {
  /// A device by its name.
  static var device: SettingType {
    SettingType(
      .mixed, choices: ["cpu", "auto", "cuda"],
      range: "cpu, cuda, auto, or a card by its number in quotes, as \"cuda:1\"",
      write: { .text($0.text) },
      read: { value in
        guard case .text(let text) = value else { return nil }
        return DeviceChoice(text)
      })
  }
}
