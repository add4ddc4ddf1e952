import Foundation

/// An entry as the history file keeps it: a JSON object on a line of its own.
package struct HistoryEntry: Codable, Hashable, Sendable {
  /// What was entered, of one line or several.
  package var text: String
  /// When it was entered, in seconds since 1970.
  package var time: Int
  /// The folder that `ft` ran in.
  package var folder: String

  package init(text: String, time: Int, folder: String) {
    self.text = text
    self.time = time
    self.folder = folder
  }
}

/// What was entered at the prompt, kept from session to session.
///
/// Several sessions may write at once: each entry is added under a lock, at once, so that a crash
/// loses none. Only its owner can read the file.
package struct HistoryFile: Sendable {
  /// The file, which need not exist yet.
  package let path: String
  /// How many entries trimming leaves.
  package let limit: Int

  /// More bytes than this are not read: such a file is not ours.
  private static let largestFile = 64 << 20

  /// Names the file; it is not opened before it is used.
  package init(path: String, limit: Int = 10_000) {
    self.path = path
    self.limit = max(1, limit)
  }

  /// Adds an entry, unless it is empty or begins with a space: that is how to keep a secret.
  ///
  /// - Throws: ``TerminalError/historyFailed(path:code:)``.
  package func append(_ entry: HistoryEntry) throws(TerminalError) {
    guard let first = entry.text.first, first != " " else { return }
    let file = try openLocked()
    defer { close(file) }
    // A line that a crash cut short must not spoil this one.
    var last: UInt8 = 0x0A
    let size = lseek(file, 0, SEEK_END)
    if size > 0, pread(file, &last, 1, size - 1) < 0 { throw failure(errno) }
    let line = (last == 0x0A ? "" : "\n") + Self.line(entry)
    do {
      try TextStream(descriptor: file).write(line)
    } catch {
      throw failure(error == .outputFull ? ENOSPC : EIO)
    }
  }

  /// The entries, the oldest first; of equal texts, the last alone.
  ///
  /// Damaged lines are skipped. A file that has grown to twice the limit is trimmed to it.
  ///
  /// - Throws: ``TerminalError/historyFailed(path:code:)``; a file that is not there is empty.
  package func load() throws(TerminalError) -> [HistoryEntry] {
    guard access(path, F_OK) == 0 else { return [] }
    let file = try openLocked()
    defer { close(file) }
    let entries = try read(file)
    if entries.count >= 2 * limit { try replace(with: entries.suffix(limit)) }
    var seen: Set<String> = []
    return entries.reversed().filter { seen.insert($0.text).inserted }.reversed().suffix(limit)
  }

  private static func line(_ entry: HistoryEntry) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers always encode.
    guard let data = try? encoder.encode(entry) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private func failure(_ code: Int32) -> TerminalError { .historyFailed(path: path, code: code) }

  /// Opens the file for reading and adding, makes it if need be, and waits for its lock.
  private func openLocked() throws(TerminalError) -> Int32 {
    while true {
      // Non-blocking, as a pipe in this place would wait for ever.
      let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
      guard file >= 0 else { throw failure(errno) }
      guard flock(file, LOCK_EX) == 0 else {
        let code = errno
        close(file)
        throw failure(code)
      }
      var opened = stat()
      var named = stat()
      guard fstat(file, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG else {
        close(file)
        throw failure(EINVAL)
      }
      // Trimmed meanwhile, the name stands for a new file: lock that.
      if stat(path, &named) == 0, named.st_ino == opened.st_ino {
        if opened.st_mode & 0o077 != 0 { fchmod(file, 0o600) }
        return file
      }
      close(file)
    }
  }

  private func read(_ file: Int32) throws(TerminalError) -> [HistoryEntry] {
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
    guard lseek(file, 0, SEEK_END) <= Self.largestFile, lseek(file, 0, SEEK_SET) == 0 else {
      throw failure(EFBIG)
    }
    guard let data = try? handle.readToEnd() else { return [] }
    let decoder = JSONDecoder()
    return data.split(separator: 0x0A).compactMap {
      try? decoder.decode(HistoryEntry.self, from: $0)
    }
  }

  /// Puts a new file in the place of the old one in one step.
  private func replace(with entries: ArraySlice<HistoryEntry>) throws(TerminalError) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let draft = "\(target).\(getpid())"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(errno) }
    defer { close(file) }
    do {
      try TextStream(descriptor: file).write(entries.map(Self.line).joined())
    } catch {
      unlink(draft)
      throw failure(EIO)
    }
    guard fsync(file) == 0, rename(draft, target) == 0 else {
      let code = errno
      unlink(draft)
      throw failure(code)
    }
  }
}
