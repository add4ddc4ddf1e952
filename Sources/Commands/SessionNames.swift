import Datasets
import Fetching
import Foundation
package import Language
package import Reporting
import Sandbox
package import Session
import SettingDeclarations
import Training

/// What names mean that no script made: the model, data and its parts, the run, the settings.
package struct SessionNames: NameResolver {
  private let session: Session

  /// The names of a session.
  package init(_ session: Session) { self.session = session }

  /// - Throws: `L121` for a name that will mean something once there is a model, data or a run.
  package func value(of name: String) async throws -> Value? {
    if let value = await session.value(of: name) { return value }
    let line: String
    switch name {
    case "model", "base", "tuned":
      line = "load model " + (session.resources.modelNames.first ?? "\"folder\"")
    case "data", "train", "dev", "test": line = "load data \"support.jsonl\" split 90/10"
    case "run": line = "train 3 epochs"
    default: return nil
    }
    throw Diagnostic(code: .unknownName, "there is no `\(name)` yet.", hints: [.type(line)])
  }

  /// A field of what a name stands for; nil when it has none of that name.
  package func member(_ name: String, of handle: Handle) async throws -> Value? {
    await session.member(name, of: handle)
  }

  /// The fields of what a name stands for.
  package func fields(of handle: Handle) async -> [String] { Session.fields(of: handle.name) }

  /// The rows of data; nil for what has none.
  package func items(of handle: Handle) async throws -> [Value]? {
    await session.rows(of: handle.name)
  }

  /// The source of a module; nil when there is none.
  ///
  /// - Throws: a `Diagnostic` for a file that the script may not read.
  package func module(_ source: UseSyntax.Source, from file: SourceFile) async throws
    -> SourceFile?
  {
    switch source {
    case .standard(let name):
      return session.resources.module(named: name).flatMap(SessionNames.text)
    case .file(let path):
      // A path is looked up beside the script that uses it.
      var path = path
      if case .file(let user) = file.origin, !path.hasPrefix("/") {
        let folder = (user as NSString).deletingLastPathComponent
        path = (folder as NSString).appendingPathComponent(path)
      }
      try session.limits?.checkReading(path)
      return SessionNames.text(path)
    }
  }

  /// A file as a module's text; nil when it cannot be read as text.
  static func text(_ path: String) -> SourceFile? {
    guard !path.contains("\0"), let bytes = FileManager.default.contents(atPath: path),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return SourceFile(.file(path), text)
  }
}

extension Session {
  /// What exists now, for the checker and for completion.
  package func knownNames() -> KnownNames {
    var known = KnownNames()
    known.models = resources.modelNames + KnownModel.all.map(\.name)
    known.files = resources.dataNames
    known.topics = ShowHelp.topics
    known.data = data.map(\.name) + (currentData == nil ? [] : LoadedData.partNames)
    known.variables = data.map(\.name)
    let handles = ["run", "settings", "model", "base", "tuned"] + known.data + ["data"]
    for name in handles { known.members[name] = Self.fields(of: name) }
    if let row = currentData?.part("train")?.first {
      known.members["row"] = row.record.names + (model == nil ? [] : ["tokens"])
    }
    return known
  }

  /// The fields of what a name stands for.
  fileprivate static func fields(of name: String) -> [String] {
    switch name {
    case "run": ["losses", "dev_losses", "steps", "seconds", "tokens"]
    case "settings": Settings.all.map(\.name)
    case "model", "base", "tuned": ["name"]
    default: ["rows", "train", "dev", "test"]
    }
  }

  fileprivate func value(of name: String) -> Value? {
    switch name {
    case "model", "base", "tuned":
      model.map { _ in .handle(Handle(kind: "a model", name: name)) }
    case "settings": .handle(Handle(kind: "the settings", name: name))
    case "run": lastRun.map { _ in .handle(Handle(kind: "a run", name: name)) }
    case "data", "train", "dev", "test":
      currentData.map { _ in .handle(Handle(kind: "data", name: name)) }
    default:
      data.contains { $0.name == name } ? .handle(Handle(kind: "data", name: name)) : nil
    }
  }

  fileprivate func member(_ name: String, of handle: Handle) -> Value? {
    switch handle.name {
    case "settings": Settings.named(name).map { Value($0.value(in: settings)) }
    case "run": lastRun.flatMap { $0.member(name) }
    case "model", "base", "tuned": name == "name" ? model.map { .string($0.name) } : nil
    default: dataMember(name, of: handle)
    }
  }

  private func dataMember(_ name: String, of handle: Handle) -> Value? {
    if LoadedData.partNames.contains(name) {
      return .handle(Handle(kind: "data", name: "\(handle.name).\(name)"))
    }
    return name == "rows" ? rows(of: handle.name).map { .integer($0.count) } : nil
  }

  fileprivate func rows(of name: String) -> [Value]? {
    examples(named: name)?.map { .record($0.record) }
  }
}

extension RunSummary {
  /// A field of `run`.
  fileprivate func member(_ name: String) -> Value? {
    switch name {
    case "losses": .list(losses.map { .number(Double($0)) })
    case "dev_losses": .list(evaluations.map { .number(Double($0.loss)) })
    case "steps": .integer(stepCount)
    case "seconds": .number(seconds)
    case "tokens": .integer(tokenCount)
    default: nil
    }
  }
}
