import CPU
package import Reporting

/// Program, machine and inputs of a session: what is written beside results.
package struct RunEnvironment: Hashable, Sendable {
  /// A file that was read, with its hash.
  package struct Input: Hashable, Sendable {
    /// What kind of file it was, such as `model` or `data`.
    package let kind: String
    /// As it was asked for.
    package let name: String
    /// 64 hexadecimal digits; nil when the file was changed after it was read.
    package let sha256: String?

    package init(kind: String, name: String, sha256: String?) {
      self.kind = kind
      self.name = name
      self.sha256 = sha256
    }
  }

  /// Of this program.
  package let version: String
  /// The vector path, as `FT_ISA` names it.
  package let vectorPath: String
  /// Threads that computed; they change no bit.
  package let threadCount: Int
  /// In the order they were first read.
  package let inputs: [Input]

  package init(version: String, vectorPath: String, threadCount: Int, inputs: [Input]) {
    self.version = version
    self.vectorPath = vectorPath
    self.threadCount = threadCount
    self.inputs = inputs
  }
}

extension RunEnvironment {
  /// A line each: program, vector path, threads, and every input with its hash.
  package var fields: [Report.Field] {
    let machine: [Report.Field] = [
      .init("ft", .text(version)), .init("vector path", .text(vectorPath), isVolatile: true),
      .init("threads", .quantity(.count(threadCount)), isVolatile: true),
    ]
    return machine
      + inputs.map { input in
        let hash = input.sha256.map { "sha256 \($0)" } ?? "changed after it was read"
        return .init("\(input.kind) \(input.name)", .text(hash))
      }
  }
}

extension Session {
  /// Remembers a file that a command reads; of equal kind and name, the last.
  package func note(_ input: InputFile) {
    if let index = inputs.firstIndex(where: { $0.kind == input.kind && $0.name == input.name }) {
      inputs[index] = input
    } else {
      inputs.append(input)
    }
  }

  /// What this session runs on and has read; hashes the files.
  package func environment() -> RunEnvironment {
    RunEnvironment(
      version: Version.current, vectorPath: VectorPath.current.rawValue,
      threadCount: Parallelism.threadCount,
      inputs: inputs.map { .init(kind: $0.kind, name: $0.name, sha256: $0.sha256) })
  }
}
