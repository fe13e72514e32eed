internal import Foundation

/// A folder for the files of one test, gone with it.
public final class TestFolder: Sendable {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "orderly-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path(percentEncoded: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Where a file of that name is, or would be.
  public func path(of name: String) -> String { "\(path)/\(name)" }

  /// Writes a file anew.
  /// - Returns: its path.
  @discardableResult
  public func write(_ text: String, _ name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path(of: name)), options: .atomic)
    return path(of: name)
  }

  public func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(of: name))
  }
}
