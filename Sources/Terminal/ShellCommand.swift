import Foundation

/// A program of the user's choice, run by the shell with the terminal as its own.
struct ShellCommand {
  /// What the shell runs: a name with options, as variables such as EDITOR hold it.
  let command: String

  /// Runs it and waits.
  ///
  /// - Parameters:
  ///   - arguments: added after the command, as they are.
  ///   - input: what it reads as its standard input; nil for the terminal.
  /// - Returns: its exit status; nil when it could not be run or a signal ended it.
  func run(_ arguments: [String], input: String? = nil) -> Int32? {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What this program ignores or catches is the other's own business.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGQUIT, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var ends: [Int32] = [-1, -1]
    if input != nil {
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    }
    let words = ["sh", "-c", "exec \(command) \"$@\"", "sh"] + arguments
    let strings = words.map { strdup($0) }
    defer { for string in strings { free(string) } }
    var child = pid_t()
    // Safety: the list of C strings ends with nil, and outlives the call.
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, strings + [nil], environ)
    if let input {
      close(ends[0])
      // A program that has read enough closes its end: nothing is lost.
      if code == 0 { try? TextStream(descriptor: ends[1]).write(input) }
      close(ends[1])
    }
    return code == 0 ? Self.wait(for: child) : nil
  }

  private static func wait(for child: pid_t) -> Int32? {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }
}
