package import Reporting

extension DiagnosticCode {
  /// Every code of fetching.
  package static let ofFetching: [DiagnosticCode] = [
    .unreachable, .notOnServer, .otherBytes, .noRoom, .offline, .notToFetch, .accessNeeded,
    .serviceRefusal,
  ]

  static let unreachable = DiagnosticCode(
    "M161", "a server that does not answer",
    "The machine has no way to the server, or the server broke off. What came so far is kept: the "
      + "same line goes on where it ended. Proxies are those of HTTPS_PROXY, certificates those of "
      + "the system or of SSL_CERT_FILE; HF_ENDPOINT names another hub, PIP_INDEX_URL another index "
      + "of packages.")

  static let notOnServer = DiagnosticCode(
    "M162", "not on the server",
    "The hub answered that it has no such repository, revision or file. Private repositories are "
      + "there only for those whose token HF_TOKEN, or the file `token` in HF_HOME, has.")

  static let otherBytes = DiagnosticCode(
    "M163", "not the bytes that were announced",
    "What was fetched has another SHA-256 than the one the server or this program has for it. "
      + "It was thrown away, as it may be damaged or exchanged. Fetch it again; if that gives the "
      + "same, something between here and the server changes files.")

  static let noRoom = DiagnosticCode(
    "M164", "too little room on the disk",
    "The file is larger than what is free. HF_HOME or HF_HUB_CACHE name another folder for models "
      + "of the hub, FT_MODELS for the others.")

  static let offline = DiagnosticCode(
    "M165", "nothing is fetched",
    "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set, and what was asked for is not on this machine. "
      + "Nothing is ever fetched but by `get model`.")

  static let notToFetch = DiagnosticCode(
    "M166", "nothing that can be fetched",
    "`get model` takes a name that it knows, such as smollm2, or a repository of the Hugging Face "
      + "hub in quotes, \"org/name\". Of a repository it takes config, tokenizer, templates and "
      + "safetensors, or one GGUF file; pickled weights could run code and are left there.")

  static let serviceRefusal = DiagnosticCode(
    "M168", "a fine-tuning service said no",
    "The service that FT_SERVER or OPENAI_BASE_URL names, or `ft serve` on this machine, refused what "
      + "was asked, and says why. Its key is taken from FT_API_KEY or OPENAI_API_KEY, never from a "
      + "script. Rows that it refuses are refused by `load data` as well, with the place.")

  static let accessNeeded = DiagnosticCode(
    "M167", "a repository with terms",
    "Its terms have to be accepted once, on its page, by the owner of the token. The token is "
      + "taken from HF_TOKEN, or from the file `token` in HF_HOME.")
}

extension FetchError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .stopped:
      Diagnostic(code: .unreachable, "stopped; what came so far is kept, and the same line goes on")
    case .unreachable(let address, let detail):
      Diagnostic(
        code: .unreachable, "\(quoted(address)) could not be fetched: \(detail)",
        hints: [.help("the same line again goes on where it ended")])
    case .refused(let address, let status):
      Diagnostic(code: .unreachable, "\(quoted(address)) answered with the status \(status)")
    case .service(let status, let message):
      Diagnostic(
        code: .serviceRefusal,
        "the service refused it (\(status)): \(Diagnostic.sentence(message))",
        hints: status == 401 ? [.help("set FT_API_KEY to one of the keys of its --key-file")] : [])
    case .notAService(let address, let detail):
      Diagnostic(
        code: .serviceRefusal, "\(quoted(address)) is no fine-tuning service: \(detail)",
        hints: [.help("`ft serve` starts one; FT_SERVER names another address")])
    case .tooLong(let address, let limit):
      Diagnostic(
        code: .unreachable,
        "\(quoted(address)) sent more than \(Quantity(Double(limit), .bytes).text)")
    case .unreadable(let address, let detail):
      Diagnostic(code: .unreachable, "the reply of \(quoted(address)) is no such list: \(detail)")
    case .otherBytes(let name, let hash, let expected):
      Diagnostic(
        code: .otherBytes,
        "\(quoted(name)) came with the hash \(hash.prefix(12))…, announced was "
          + "\(expected.prefix(12))…; it was thrown away")
    case .noRoom(let folder, let needed, let available):
      Diagnostic(
        code: .noRoom,
        "\(Quantity(Double(needed), .bytes).text) are needed in \(quoted(folder)), and "
          + "\(Quantity(Double(available), .bytes).text) are free")
    case .busy(let path):
      Diagnostic(
        code: .unreachable, "another program is fetching \(quoted(path)) right now",
        hints: [.help("wait for it, then type the same line")])
    case .noFolder:
      Diagnostic(
        code: .notToFetch, "there is no folder to fetch into: HOME is not set",
        hints: [.help("set HF_HOME for models of the hub, FT_MODELS for the others")])
    case .offline(let variable):
      Diagnostic(
        code: .offline, "\(variable) is set, and this is not on the machine",
        hints: [.help("unset \(variable), then type the same line")])
    case .badName(let name):
      Diagnostic(
        code: .notToFetch, "\(quoted(name)) is no name of a repository",
        hints: [.type("get model \"org/name\"", remark: "as it stands in the address of its page")])
    case .unknownModel(let name):
      Diagnostic(
        code: .notToFetch,
        "no model is known by the name \(quoted(name)); known: "
          + KnownModel.all.map(\.name).joined(separator: ", "),
        hints: KnownModel.all.prefix(1).map { .type("get model \($0.name)", remark: $0.summary) }
          + [.type("get model \"org/name\"", remark: "of the Hugging Face hub")])
    case .repository(let name, let fault): fault.diagnostic(of: name)
    case .file(let error): Diagnostic(error)
    }
  }
}

extension RepositoryFault {
  fileprivate func diagnostic(of repository: String) -> Diagnostic {
    let name = quoted(repository)
    switch self {
    case .missing(let hasToken):
      return Diagnostic(
        code: .notOnServer,
        "the hub has no model \(name)"
          + (hasToken ? ", or the token does not reach it" : " that is open to all"),
        hints: hasToken ? [] : [.help("for a private one, set HF_TOKEN before ft starts")])
    case .noRevision(let revision):
      return Diagnostic(
        code: .notOnServer, "\(name) has no revision \(quoted(revision))",
        hints: [.type("get model \(name)", remark: "its main branch")])
    case .gated(let hasToken):
      return Diagnostic(
        code: .accessNeeded,
        hasToken
          ? "the token does not reach \(name): its terms are not accepted, or it is no token for "
            + "reading" : "\(name) is open only to those who accepted its terms",
        hints: [
          .help(
            hasToken
              ? "accept them on its page, then type the same line"
              : "accept them on its page, and set HF_TOKEN before ft starts")
        ])
    case .noFile(let file):
      return Diagnostic(code: .notOnServer, "\(name) has no file \(quoted(file))")
    case .noModel(let pickles):
      return Diagnostic(
        code: .notToFetch,
        "\(name) has neither safetensors nor GGUF"
          + (pickles ? ", only pickled weights, which could run code and are not read" : ""))
    case .choice(let files):
      return Diagnostic(
        code: .notToFetch, "\(name) has \(files.count) GGUF files: say which",
        hints: files.prefix(4).map { .type("get model \(name) file \(quoted($0))") })
    }
  }
}
