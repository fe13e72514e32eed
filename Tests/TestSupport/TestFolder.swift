internal import Foundation

/// A folder for the files of one test, gone with it.
public final class TestFolder: Sendable {
  public let path: String

  public convenience init() throws {
    try self.init(in: FileManager.default.temporaryDirectory.path(percentEncoded: false))
  }

  private init(in parent: String) throws {
    let url = URL(filePath: parent).appending(path: "orderly-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path(percentEncoded: false)
  }

  /// One that every user may pass through, whatever the umask and wherever temporary files go:
  /// PostgreSQL's own user must, when root runs the tests.
  public static func passable() throws -> TestFolder {
    let folder = try TestFolder(in: "/tmp")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    return folder
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
