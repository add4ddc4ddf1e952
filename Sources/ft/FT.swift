import ArgumentParser
import CMemory
import Commands
import Execution
import Foundation
import Language
import Notebook
import Reporting
import Session
import Terminal

/// The program: reads the command line, and ends with the code that says how it went.
@main
enum Main {
  /// What the program calls itself everywhere.
  static let version = Version.current

  static func main() {
    OutputStreams.fillClosed()
    OutputStreams.ignoreBrokenPipes()
    ft_end_when_memory_is_refused()
    do {
      var command = try FT.parseAsRoot()
      try command.run()
    } catch let code as ArgumentParser.ExitCode {
      exit(code.rawValue)
    } catch {
      let isHelp = FT.exitCode(for: error) == .success
      let stream = isHelp ? OutputStreams.standard.results : OutputStreams.standard.notices
      try? stream.write(FT.fullMessage(for: error) + "\n")
      exit((isHelp ? Notebook.ExitCode.done : .usage).rawValue)
    }
  }
}

/// `ft`: the prompt, or what comes through a pipe, or the text after `-c`.
struct FT: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ft", abstract: "A notebook for fine-tuning language models.",
    discussion: """
      Without arguments, ft reads commands at a prompt; when its input is a pipe or a file, it runs \
      that as a script. Results go to standard output, errors and progress to standard error.

      Variables: FT_THREADS (as --threads), FT_ISA (portable, avx2, avx512, avx512vnni, neon: the vector \
      path), FT_HOME (the folder with stdlib), FT_CACHE (the folder of weights that were laid out, or off), \
      NO_COLOR.

      Exit codes: 0 done, 1 a bug, 2 usage, 3 script, 4 input file, 5 input/output, 6 resources, \
      7 training diverged, 8 run folder in use, 9 checkpoint, 10 a difference found, \
      129/130/143 stopped by a signal.
      """,
    version: Main.version,
    subcommands: [
      Run.self, Verify.self, Learn.self, LessonCommand.self, Bench.self, HelpPage.self,
      Doctor.self, ServeCommand.self, JupyterCommand.self,
      Convert.self,
    ])

  @Option(name: .customShort("c"), help: ArgumentHelp("Run this text.", valueName: "text"))
  var text: String?

  @OptionGroup var options: ScriptOptions

  func run() throws {
    if let text {
      try Program(options.machine, trust: options.trust).run(text: text, name: "-c", options)
    } else if isatty(STDIN_FILENO) == 1 {
      guard options.isPlain else {
        throw ValidationError("--set, --json and --untrusted need a script: ft run FILE")
      }
      try Program(options.machine, isPrompt: true).prompt()
    } else {
      try Program(options.machine, trust: options.trust).runInput(options)
    }
  }
}

/// `ft run FILE`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a script, or the cells of a notebook.")

  @Argument(
    help: "The script, such as support.ft, or the notebook, such as lab.ft.md or lab.ipynb.")
  var file: String

  @Flag(help: ArgumentHelp("Stop as by a signal when standard input ends.", visibility: .hidden))
  var whileInput = false

  @OptionGroup var options: ScriptOptions

  func run() throws {
    if whileInput { Leash.watch(STDIN_FILENO) }
    try Program(options.machine, trust: options.trust, script: file).run(file: file, options)
  }
}

/// `ft verify FILE`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a notebook again and compare with the values it records.",
    discussion: """
      The cells run in the notebook's folder, as `ft run` would run them: files that they save are \
      written again. Fields that differ from run to run by nature, such as seconds, are left out. \
      Exit code 10 when a value differs.
      """)

  @Argument(help: "The notebook, such as lab.ft.md or lab.ipynb.") var file: String

  @OptionGroup var options: MachineOptions

  func run() throws { try Program(options).verify(file: file) }
}

/// `ft convert FROM TO`.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a notebook into another form: lab.ft, lab.ft.md or lab.ipynb.",
    discussion: """
      Nothing is run. Outputs come along from lab.ft.md to lab.ipynb and back, byte for byte when \
      nothing was changed between; a script has none.
      """)

  @Argument(help: "The notebook, such as lab.ft.md.") var source: String

  @Argument(help: "What to write, such as lab.ipynb.") var target: String

  @Flag(help: "Replace a file that is there.") var over = false

  @OptionGroup var options: MachineOptions

  func run() throws { try Program(options).convert(source, to: target, replaces: over) }
}

/// `ft help [TOPIC]`: the same as `help` at the prompt.
struct HelpPage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explain a command, a setting or an error code.")

  @Argument(help: "What to explain; all commands are listed without it.") var topic: [String] = []

  @Flag(help: "Print all of it as a page of Markdown; with --json and no topic, as JSON.")
  var markdown = false

  @OptionGroup var options: ScriptOptions

  func run() throws {
    if markdown {
      return try Program(options.machine).show(Reference(codes: DiagnosticCode.all).markdown)
    }
    if options.json, topic.isEmpty {
      return try Program(options.machine).show(Reference(codes: DiagnosticCode.all).jsonText + "\n")
    }
    let name = topic.joined(separator: " ")
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || "_. ".contains($0) }) else {
      throw ValidationError("there is no help on '\(name)'; 'ft help' lists the commands")
    }
    try Program(options.machine).run(text: "help \(name)", name: "help", options)
  }
}

/// `ft doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what ft found on this machine.")

  @OptionGroup var options: MachineOptions

  func run() throws { try Program(options).doctor() }
}
