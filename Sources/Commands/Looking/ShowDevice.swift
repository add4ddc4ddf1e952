package import Language
import Models
import Reporting
package import Session
import Tensors

/// The command `show device`.
package struct ShowDevice: Command {
  package static let signature = Signature(
    "show device", "Show what models can be computed on: the processor and NVIDIA cards.",
    details: [
      "A card needs its driver and nothing else. It gives the processor's bits, so a training may "
        + "begin on the one and go on on the other. Without a card it is said what is missing."
    ],
    patterns: [""],
    result: [.init("device", "the name of the device that is set")],
    examples: ["show device"], seeAlso: ["set", "load model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    var fields: [Report.Field] = [.init("set", .text(session.settings.run.device.text))]
    if let model = session.model {
      fields.append(.init(model.name, .text("on \(model.model.device.name)")))
    }
    fields += CardInventory.lines().map { .init($0.name, .text($0.text)) }
    session.show(.report(.fields(fields)))
    return .record(["device": .string(session.settings.run.device.text)])
  }
}
