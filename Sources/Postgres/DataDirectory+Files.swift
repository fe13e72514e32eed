internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension DataDirectory {
  /// Replaces a file's content, readable by its owner only; in the cluster that is the server.
  func write(_ text: String, to path: String) throws(PrivateClusterError) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll(text.utf8) }
    } catch {
      throw PrivateClusterError(.inputOutput(path: path, why: Self.why(error)))
    }
  }

  /// Opens the server's log to write at its end.
  func openLog() throws(PrivateClusterError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(log), .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      throw PrivateClusterError(.inputOutput(path: log, why: Self.why(error)))
    }
  }

  /// The last lines of the server's log.
  func logTail(lines: Int = 20) -> [String] {
    guard let content = FileManager.default.contents(atPath: log) else { return [] }
    let text = String(decoding: content.suffix(64 * 1024), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).map(String.init)
  }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  func text(of path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  func remove(_ path: String) throws(PrivateClusterError) {
    guard exists(path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw PrivateClusterError(.inputOutput(path: path, why: Self.why(error)))
    }
  }

  /// Gives the finished cluster its name, in one step that a crash cannot cut in two.
  func adoptUnfinishedCluster() throws(PrivateClusterError) {
    do {
      try FileManager.default.moveItem(atPath: unfinishedCluster, toPath: cluster)
    } catch {
      throw PrivateClusterError(.inputOutput(path: cluster, why: Self.why(error)))
    }
  }
}
