import CPU
import Foundation
import Serialization
import Session
import Tensors
import Testing

@testable import Serving

/// A service in a folder of its own, asked without a network.
final class Desk: Sendable {
  let service: Service
  let folder: String

  /// The checkout these tests belong to.
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The program that the tests were built with.
  static var program: String {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appendingPathComponent("ft").path
  }

  init(folder: String? = nil, device: any Device = CPUDevice()) async throws {
    self.folder = folder ?? NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
    var options = Service.Options(folder: self.folder, program: Self.program)
    (options.threads, options.device) = (1, device)
    service = try await Service(
      options, resources: Resources(executable: "", home: Self.checkout))
  }

  /// Ends the service, and removes its folder.
  func close() async {
    await service.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Asks for a value.
  func ask(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    let request = APIRequest(
      method: method, target: target, body: body.map { Array($0.text.utf8) } ?? [])
    guard case .json(let value) = try await service.answer(request) else {
      throw APIError.failed("no JSON")
    }
    return value
  }

  /// Asks for what is refused.
  func refusal(
    _ method: String, _ target: String, _ body: JSONValue? = nil
  ) async throws -> APIError {
    do {
      let value = try await ask(method, target, body)
      throw APIError.failed("answered: \(value.text)")
    } catch let error as APIError { return error }
  }

  /// Asks for events, and gathers them.
  func events(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws
    -> [JSONValue]
  {
    let request = APIRequest(
      method: method, target: target, body: body.map { Array($0.text.utf8) } ?? [])
    guard case .events(let events, _) = try await service.answer(request) else {
      throw APIError.failed("no events")
    }
    var found: [JSONValue] = []
    for try await event in events { found.append(event) }
    return found
  }

  /// Uploads rows; gives the file's name.
  func upload(_ text: String, name: String = "rows.jsonl") async throws -> String {
    let body = """
      --edge\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n--edge\r\n\
      Content-Disposition: form-data; name="file"; filename="\(name)"\r\n\
      Content-Type: application/octet-stream\r\n\r\n\(text)\r\n--edge--\r\n
      """
    let request = APIRequest(
      method: "POST", target: "/v1/files",
      headers: ["content-type": "multipart/form-data; boundary=edge"], body: Array(body.utf8))
    guard case .json(let file) = try await service.answer(request) else { return "" }
    return file["id"]?.string ?? ""
  }

  /// Rows to train on.
  static func rows(_ count: Int) -> String {
    (0..<count).map { number in
      #"{"messages":[{"role":"user","content":"number \#(number)"},{"role":"assistant","content":"it is \#(number * 7)"}]}"#
    }.joined(separator: "\n")
  }

  /// Rows of two answers, as the API has them.
  static func preferences(_ count: Int) -> String {
    (0..<count).map { number in
      #"{"input":{"messages":[{"role":"user","content":"number \#(number)"}]},"#
        + #""preferred_output":[{"role":"assistant","content":"it is \#(number * 7)"}],"#
        + #""non_preferred_output":[{"role":"assistant","content":"no idea"}]}"#
    }.joined(separator: "\n")
  }

  /// Waits until a job has ended.
  func end(of job: String) async throws -> JSONValue {
    for _ in 0..<1200 {
      let found = try await ask("GET", "/v1/fine_tuning/jobs/\(job)")
      if JobState(rawValue: found["status"]?.string ?? "")?.isOver ?? true { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw APIError.failed("the job goes on and on")
  }
}
