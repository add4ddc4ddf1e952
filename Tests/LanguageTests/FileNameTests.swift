import Language
import Testing

@Suite("Names of files' contents") struct FileNameTests {
  @Test(
    "are the file's, as a name can be written",
    arguments: [
      ("support.jsonl", "support"), ("data/stories.dev.txt", "stories_dev"), ("a b.csv", "a_b"),
      ("2024-log.csv", "_2024_log"), ("über.txt", "über"), ("", "_"), (".hidden", "_"),
    ])
  func name(path: String, expected: String) { #expect(FileName.name(of: path) == expected) }
}
