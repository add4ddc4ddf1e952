import ArgumentParser
import Foundation
import Jupyter
import Messaging
import Notebook
import REPL
import Reporting
import Session

/// `ft jupyter …`: ft as a kernel of Jupyter.
struct JupyterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jupyter", abstract: "Use ft in JupyterLab and other Jupyter front ends.",
    discussion: "`ft jupyter install`, then `jupyter lab`: the launcher offers Tunebook.",
    subcommands: [Install.self, Uninstall.self, Kernel.self])

  /// Where a kernel is put.
  struct Place: ParsableArguments {
    @Flag(help: "For this user, the default: Jupyter's data folder, or JUPYTER_DATA_DIR.")
    var user = false

    @Flag(help: "Into the environment of Python that is active: VIRTUAL_ENV or CONDA_PREFIX.")
    var sysPrefix = false

    @Option(help: ArgumentHelp("Into an installation such as /usr/local.", valueName: "folder"))
    var prefix: String?

    @Option(help: "The kernel's name, which is its folder's.") var name = KernelSpec.language

    func validate() throws {
      guard [user, sysPrefix, prefix != nil].count(where: { $0 }) <= 1 else {
        throw ValidationError("--user, --sys-prefix and --prefix exclude each other")
      }
      guard KernelFolder.isName(name) else {
        throw ValidationError(
          "a kernel's name has letters, digits, '.', '_' and '-', not '\(name)'")
      }
    }

    /// The kernel's folder.
    func folder(_ environment: [String: String]) throws -> String {
      if let prefix {
        return KernelFolder.inPrefix(URL(fileURLWithPath: prefix).path) + "/" + name
      }
      if sysPrefix {
        guard let folder = KernelFolder.ofActiveEnvironment(environment) else {
          throw ValidationError(
            "no environment of Python is active: `source venv/bin/activate` first, or use --prefix")
        }
        return folder + "/" + name
      }
      guard let folder = KernelFolder.ofUser(environment) else {
        throw ValidationError("HOME is not set; name a place: --prefix FOLDER")
      }
      return folder + "/" + name
    }
  }

  /// `ft jupyter install`.
  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let Jupyter know of ft, for this user unless said otherwise.")

    @OptionGroup var place: Place

    @Option(help: "What people choose it by.") var displayName = "Tunebook"

    @OptionGroup var machine: MachineOptions

    func run() throws {
      try Program(machine).installKernel(in: place, displayName: displayName)
    }
  }

  /// `ft jupyter uninstall`.
  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take back what `ft jupyter install` put in place.")

    @OptionGroup var place: Place

    @OptionGroup var machine: MachineOptions

    func run() throws { try Program(machine).uninstallKernel(from: place) }
  }

  /// `ft jupyter kernel FILE`, which Jupyter runs.
  struct Kernel: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Be a kernel until Jupyter ends it; Jupyter runs this.")

    @Argument(help: "The file that says where to listen.") var connection: String

    @OptionGroup var machine: MachineOptions

    func run() throws { try Program(machine).serveJupyter(connection) }
  }
}

extension Program {
  func installKernel(in place: JupyterCommand.Place, displayName: String) throws {
    let folder = try place.folder(environment)
    let spec = KernelSpec(
      program: Bundle.main.executablePath ?? CommandLine.arguments[0],
      environment: environment["FT_HOME"].map {
        ["FT_HOME": URL(fileURLWithPath: $0).path]
      } ?? [:],
      displayName: displayName)
    do throws(Diagnostic) { try spec.install(in: folder) } catch {
      renderer.show(error)
      try finish(ExitCode(error))
    }
    // Better told now than by a kernel that dies.
    do throws(MessagingError) { _ = try SocketContext() } catch {
      var problem = error.diagnostic
      problem.severity = .note
      renderer.show(problem)
    }
    renderer.say("the kernel is in \(folder); `jupyter lab` offers it as \(displayName)")
    try finish(.done)
  }

  func uninstallKernel(from place: JupyterCommand.Place) throws {
    let folder = try place.folder(environment)
    do throws(Diagnostic) {
      let wasThere = try KernelSpec.uninstall(from: folder)
      renderer.say(wasThere ? "removed \(folder)" : "there is no kernel in \(folder)")
    } catch {
      renderer.show(error)
      try finish(ExitCode(error))
    }
    try finish(.done)
  }

  /// Answers Jupyter until it asks for the end, or the program that started this one is gone.
  func serveJupyter(_ path: String) throws {
    try refuseWorkers()
    var code = Notebook.ExitCode.done
    do throws(MessagingError) {
      let connection = try ConnectionFile(path: path)
      let publisher = try Publisher(connection)
      let outputs = CellOutputs(publisher)
      let runner = Runner(resources: resources, record: Session.usualRecord) { outputs.report($0) }
      let kernel = Jupyter.Kernel(
        connection, publisher: publisher, outputs: outputs, runner: runner, history: history)
      let watch = KernelWatch(kernel)
      try kernel.run()
      code = watch.code
    } catch {
      renderer.show(error.diagnostic)
      code = Notebook.ExitCode(error.diagnostic)
    }
    try finish(code)
  }
}
