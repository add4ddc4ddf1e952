import ArgumentParser
import Foundation

/// `ft serve`: the service is a program of its own, so that building ft stays quick.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the OpenAI API on this machine: files, fine-tuning jobs, models, chat.")

  @Argument(parsing: .captureForPassthrough, help: "What `ft serve --help` lists.")
  var arguments: [String] = []

  func run() throws {
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let program = URL(fileURLWithPath: executable).deletingLastPathComponent().path + "/ft-serve"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ValidationError("the service is not built; scripts/ft serve builds it")
    }
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    execv(program, words)
    throw ValidationError("\(program) cannot be run: \(String(cString: strerror(errno)))")
  }
}
