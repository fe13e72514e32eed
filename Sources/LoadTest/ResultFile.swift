internal import Foundation

/// Writes results to disk.
public enum ResultFile {
  /// Writes to a temporary name in the same folder and renames it, so that no reader ever sees
  /// half a file and a failed write leaves an older result as it was.
  public static func write(_ text: String, to path: String) throws(LoadError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw LoadError(.fileUnwritable(path: path, cause: reason(error)))
    }
  }

  /// Reads a file of at most `limit` bytes; a file that is longer is refused unread.
  public static func read(_ path: String, limit: Int) throws(LoadError) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      let bytes = try handle.read(upToCount: limit + 1) ?? Data()
      guard bytes.count <= limit else {
        throw LoadError(.fileUnreadable(path: path, cause: "it is longer than \(limit) bytes"))
      }
      return [UInt8](bytes)
    } catch let error as LoadError {
      throw error
    } catch {
      throw LoadError(.fileUnreadable(path: path, cause: reason(error)))
    }
  }

  /// The system's words where Foundation wraps them, for its own name the file and not the cause.
  private static func reason(_ error: any Error) -> String {
    if let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError {
      return underlying.localizedDescription
    }
    return error.localizedDescription
  }
}
