import Operations

/// Files by path, without a disk.
struct StubTextFiles: TextFiles {
  var contents: [String: String] = [:]
  var unreadable: Set<String> = []

  func read(_ path: String, bytesMax: Int) throws(TextFileError) -> [UInt8] {
    if unreadable.contains(path) { throw TextFileError(.notAllowed) }
    guard let text = contents[path] else { throw TextFileError(.absent) }
    return Array(text.utf8)
  }
}
