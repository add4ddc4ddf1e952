import Foundation

/// The files of the checkout.
enum FileNamesUnder {
  /// Swift files in a folder and below.
  static func swift(_ folder: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted().map { folder + "/" + $0 }
  }
}
