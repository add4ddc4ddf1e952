import Foundation

/// A library of the machine that is looked for when the program runs, so that it need not be there.
///
/// `@unchecked Sendable`: a handle that stays good, as the library is never closed.
@safe package struct SharedLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// Opens a library where the system's loader finds it; nil when it is not there.
  ///
  /// - Parameters:
  ///   - name: its file's name with the version of its interface, such as `libzmq.so.5`.
  ///   - showsNames: whether libraries that are opened later see its names, as its own parts may have to.
  package init?(_ name: String, showsNames: Bool = false) {
    guard let handle = unsafe dlopen(name, RTLD_NOW | (showsNames ? RTLD_GLOBAL : RTLD_LOCAL))
    else { return nil }
    unsafe self.handle = unsafe handle
  }

  /// Where a name of the library is; nil when it has no such name.
  package func address(of name: String) -> UnsafeMutableRawPointer? {
    unsafe dlsym(handle, name)
  }

  /// The function of a name; nil when the library has no such name.
  ///
  /// - Parameters:
  ///   - name: the function's.
  ///   - type: how the library's interface declares it, which nothing can check.
  /// - Returns: what can be called.
  package func function<Function>(
    _ name: String, as type: Function.Type = Function.self
  ) -> Function? {
    // Safety: the caller has the type from the library's interface.
    unsafe address(of: name).map { unsafe unsafeBitCast($0, to: type) }
  }
}
