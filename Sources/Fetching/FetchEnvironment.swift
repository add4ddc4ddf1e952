import Checkpoints

/// What the environment says of fetching: from where, into which folders, and whether at all.
///
/// The variables are those of huggingface_hub and pip.
package struct FetchEnvironment: Sendable {
  private let variables: [String: String]

  /// With no variables nothing is found and nothing fetched.
  package init(_ variables: [String: String] = [:]) { self.variables = variables }

  /// A variable that says something.
  private func value(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a variable is set to what huggingface_hub takes for yes.
  private func isOn(_ name: String) -> Bool {
    ["1", "ON", "YES", "TRUE"].contains(value(name)?.uppercased())
  }

  /// A folder that a variable names; `~` is the home folder.
  private func folder(_ name: String) -> String? {
    guard let path = value(name) else { return nil }
    guard path == "~" || path.hasPrefix("~/") else { return path }
    return value("HOME").map { $0 + path.dropFirst() }
  }

  // MARK: From where

  /// The hub, without a slash at its end.
  var hub: String {
    var address = value("HF_ENDPOINT") ?? "https://huggingface.co"
    while address.hasSuffix("/") { address.removeLast() }
    return address
  }

  /// The index of Python packages, without a slash at its end.
  var packageIndex: String {
    var address = value("PIP_INDEX_URL") ?? "https://pypi.org/simple"
    while address.hasSuffix("/") { address.removeLast() }
    return address
  }

  /// The variable that says that nothing is to be fetched from the hub; nil when none does.
  var offlineVariable: String? {
    ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].first(where: isOn)
  }

  /// A file of certificates to trust in the place of the system's.
  var certificates: String? { value("SSL_CERT_FILE") ?? value("CURL_CA_BUNDLE") }

  /// The token for the hub; nil when there is none.
  var token: String? {
    if let token = value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN") { return clean(token) }
    if isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") { return nil }
    guard let path = folder("HF_TOKEN_PATH") ?? hubHome.map({ $0 + "/token" }),
      let bytes = try? OpenFile.contents(of: path, limit: 10_000)
    else { return nil }
    return clean(String(decoding: bytes, as: UTF8.self))
  }

  /// A token without the line break that comes with copying it; nil when it could not be sent.
  private func clean(_ token: String) -> String? {
    let token = token.filter { !$0.isWhitespace }
    return token.isEmpty || !token.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? nil : token
  }

  // MARK: A fine-tuning service

  /// The service's API, without a slash at its end; that of `ft serve` on this machine when none is
  /// named.
  var service: String {
    var address = value("FT_SERVER") ?? value("OPENAI_BASE_URL") ?? "http://127.0.0.1:8321"
    while address.hasSuffix("/") { address.removeLast() }
    return address.hasSuffix("/v1") ? address : address + "/v1"
  }

  /// The key for the service; nil when there is none.
  var serviceKey: String? {
    (value("FT_API_KEY") ?? value("OPENAI_API_KEY")).flatMap(clean)
  }

  // MARK: To where

  /// The folder of everything of the hub.
  private var hubHome: String? {
    folder("HF_HOME") ?? cacheHome.map { $0 + "/huggingface" }
  }

  /// The folder of what can be made again.
  private var cacheHome: String? {
    folder("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
  }

  /// The folder of weights as they were laid out when a model was first opened; nil without a home,
  /// and where `FT_CACHE` is `off`.
  package var weightsFolder: String? {
    if value("FT_CACHE") == "off" { return nil }
    return folder("FT_CACHE") ?? cacheHome.map { $0 + "/tunebook/weights" }
  }

  /// The folder of the hub's models, which other programs share; nil without a home.
  package var hubCache: String? {
    folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE") ?? hubHome.map { $0 + "/hub" }
  }

  /// The folder of models that are known by name; nil without a home.
  package var modelsFolder: String? {
    folder("FT_MODELS")
      ?? (folder("XDG_DATA_HOME") ?? value("HOME").map { $0 + "/.local/share" })
      .map { $0 + "/tunebook/models" }
  }
}
