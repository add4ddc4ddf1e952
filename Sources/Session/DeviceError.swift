import CUDA
package import Reporting

/// Why the device that is set cannot be used.
package struct DeviceError: Error, Hashable, Sendable {
  let cause: CUDAError

  /// What is missing, as part of a sentence.
  package var reason: String {
    switch cause {
    case .noDriver: "this machine has no NVIDIA driver: libcuda.so.1 is not found"
    case .driverLacks(let function): "the NVIDIA driver is too old: it has no \(function)"
    case .noCard(let reason): "the NVIDIA driver finds no card (\(reason))"
    case .noSuchCard(let number, let count):
      "there is no card \(number): the last is \(count - 1)"
    case .oldCard(let name, let major, let minor):
      "\(name) has compute capability \(major).\(minor), and 7.5 is needed"
    case .refused(let reason): "the NVIDIA driver does not begin (\(reason))"
    }
  }

  /// What would help, as a sentence without its full stop.
  package var remedy: String {
    switch cause {
    case .noDriver:
      "install the driver alone, as by `apt install nvidia-driver`; a container is started with "
        + "`--gpus all`. No toolkit is needed"
    case .driverLacks: "a driver of version 525 or later is needed"
    case .noCard, .refused: "`nvidia-smi` says whether the driver sees a card"
    case .noSuchCard: "`show device` lists the cards"
    case .oldCard: "cards from Turing (2018) on can be used"
    }
  }
}

extension DeviceError: Explained {
  package var diagnostic: Diagnostic {
    Diagnostic(
      code: .noDevice, "\(reason).",
      hints: [.type("set device cpu", remark: "computes on the processor"), .help(remedy)])
  }
}

extension DiagnosticCode {
  static let noDevice = DiagnosticCode(
    "R404", "no such device",
    "`set device cuda` computes on an NVIDIA card, for which the card and its driver are needed and "
      + "nothing else. The results have the processor's bits. `show device` says what there is and "
      + "what is missing.")
}
