import Foundation
import Jupyter
import Reporting
import Serialization
import TestSupport
import Testing

@Suite("Kernel specs") struct KernelSpecTests {
  private let spec = KernelSpec(
    program: "/opt/ft", environment: ["FT_HOME": "/opt/t b"], displayName: "Tune \"b\"")

  @Test func saysHowTheKernelIsStarted() throws {
    let json = try JSONValue(parsing: Array(spec.json.utf8))
    #expect(json["argv"] == ["/opt/ft", "jupyter", "kernel", "{connection_file}"])
    #expect(json["interrupt_mode"] == "message" && json["language"] == "tunebook")
    #expect(json["display_name"] == "Tune \"b\"" && json["env"]?["FT_HOME"] == "/opt/t b")
  }

  @Test func comesAndGoesWhole() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "/kernels/tunebook"
    for _ in 1...2 { try spec.install(in: place) }
    let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
    #expect(names == ["kernel.json", "logo-svg.svg"])
    #expect(try KernelSpec.uninstall(from: place))
    #expect(!FileManager.default.fileExists(atPath: place))
    #expect(try !KernelSpec.uninstall(from: place))
  }

  @Test func leavesWhatIsNotOurs() throws {
    let folder = try TemporaryFolder()
    try folder.put("kernel.json", Array(#"{"language":"python"}"#.utf8))
    #expect(throws: Diagnostic.self) { try KernelSpec.uninstall(from: folder.path) }
    #expect(try folder.names == ["kernel.json"])
    try spec.install(in: folder.path)
    try folder.put("notes.txt", [])
    #expect(try KernelSpec.uninstall(from: folder.path))
    #expect(try folder.names == ["notes.txt"])
  }

  @Test func aPlaceThatCannotBeWrittenToIsTold() throws {
    let folder = try TemporaryFolder()
    try folder.put("file", [])
    let problem = #expect(throws: Diagnostic.self) { try spec.install(in: folder.path + "/file/a") }
    #expect(problem?.code?.id == "R293" && problem?.hints.isEmpty == false)
  }

  @Test(
    "goes where Jupyter looks",
    arguments: [
      (["HOME": "/h"], "/h/.local/share/jupyter/kernels"),
      (["HOME": "/h", "XDG_DATA_HOME": "/x"], "/x/jupyter/kernels"),
      (["HOME": "/h", "XDG_DATA_HOME": "/x", "JUPYTER_DATA_DIR": "/j"], "/j/kernels"),
      (["HOME": "/h", "JUPYTER_DATA_DIR": ""], "/h/.local/share/jupyter/kernels"), ([:], nil),
    ] as [([String: String], String?)])
  func folders(environment: [String: String], folder: String?) {
    #expect(KernelFolder.ofUser(environment) == folder)
  }

  @Test func anActiveEnvironmentIsAPlaceToo() {
    #expect(KernelFolder.ofActiveEnvironment([:]) == nil)
    #expect(
      KernelFolder.ofActiveEnvironment(["CONDA_PREFIX": "/c"]) == "/c/share/jupyter/kernels")
    #expect(
      KernelFolder.ofActiveEnvironment(["CONDA_PREFIX": "/c", "VIRTUAL_ENV": "/v"])
        == "/v/share/jupyter/kernels")
  }

  @Test func namesAreThoseOfJupyter() {
    for name in ["tunebook", "ft-2.0_x", "A"] { #expect(KernelFolder.isName(name)) }
    for name in ["", "a/b", "a b", "é", "../x"] { #expect(!KernelFolder.isName(name)) }
  }
}
