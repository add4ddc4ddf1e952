import ArgumentParser
import CPU
import Foundation
import Language
import Reporting

/// What the command line and the environment say about the machine.
struct MachineOptions: ParsableArguments {
  @Option(help: "How many threads compute, 1 to 64; all cores by default.") var threads: Int?

  private static let threadRange = 1...64

  /// Sets threads and vector path as asked.
  ///
  /// - Throws: `ValidationError` for what this machine does not have.
  func apply(_ environment: [String: String]) throws {
    if let name = environment["FT_ISA"], !name.isEmpty { try select(name) }
    var count = min(ProcessInfo.processInfo.activeProcessorCount, Self.threadRange.upperBound)
    if let text = environment["FT_THREADS"], !text.isEmpty {
      guard let wanted = Int(text), Self.threadRange.contains(wanted) else {
        throw ValidationError("FT_THREADS is a number from 1 to 64, not '\(text)'")
      }
      count = wanted
    }
    if let threads {
      guard Self.threadRange.contains(threads) else {
        throw ValidationError("--threads is a number from 1 to 64, not \(threads)")
      }
      count = threads
    }
    Parallelism.setThreadCount(count)
  }

  private func select(_ name: String) throws {
    guard VectorPath(rawValue: name)?.select() != true else { return }
    let current = VectorPath.current
    // Each is tried: what can be selected is what there is.
    let choices = VectorPath.allCases.filter { $0.select() }.map(\.rawValue)
    _ = current.select()
    throw ValidationError("FT_ISA is \(Suggestion.list(choices)) on this machine, not '\(name)'")
  }
}

/// How results are written.
///
/// A group of its own: the parser gives an option of the program to a subcommand only as part of a
/// group that both have.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write what happens as JSON, for other programs.") var json = false
}

/// How far a script is trusted.
struct TrustOptions: ParsableArguments {
  @Flag(
    name: .customLong("untrusted"),
    help: "Keep the script to its project: reads there, writes to out/, no network, no programs.")
  var isUntrusted = false

  @Option(
    name: .customLong("allow-write"),
    help: ArgumentHelp(
      "With --untrusted, another folder that may be written to.", valueName: "folder"))
  var folders: [String] = []

  func validate() throws {
    guard isUntrusted || folders.isEmpty else {
      throw ValidationError("--allow-write goes with --untrusted; without it all may be written")
    }
  }
}

/// What every way of running a script takes.
struct ScriptOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set something before the script runs.", valueName: "key=value"))
  var settings: [String] = []

  @OptionGroup var output: OutputOptions

  @OptionGroup var trust: TrustOptions

  @OptionGroup var machine: MachineOptions

  var json: Bool { output.json }

  var isPlain: Bool { settings.isEmpty && !json && !trust.isUntrusted }

  func validate() throws {
    for setting in settings where !setting.dropFirst().contains("=") {
      throw ValidationError("--set takes key=value, as in --set lr=2e-4, not '\(setting)'")
    }
  }

  /// The settings as scripts of their own: the language reads them, so that errors look the same.
  var scripts: [SourceFile] { settings.map { SourceFile(.file("--set"), "set \($0)") } }
}
