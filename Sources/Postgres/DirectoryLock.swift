internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Holds a data directory for this process. The system gives the lock up when the process ends,
/// however it ends, so one left by a dead process does not count.
struct DirectoryLock: Sendable {
  private let file: FileDescriptor

  init(_ directory: DataDirectory) throws(PrivateClusterError) {
    let path = directory.lockFile
    do {
      file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      throw PrivateClusterError(.inputOutput(path: path, why: DataDirectory.why(error)))
    }
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let isTaken = errno == EWOULDBLOCK
      let why = Errno(rawValue: errno).description
      try? file.close()
      guard isTaken else { throw PrivateClusterError(.inputOutput(path: path, why: why)) }
      throw PrivateClusterError(
        .inUse(path: directory.path, processID: Self.holder(directory.text(of: path))))
    }
    do throws(PrivateClusterError) {
      try directory.write("\(getpid())\n", to: path)
    } catch {
      release()
      throw error
    }
  }

  func release() { try? file.close() }

  private static func holder(_ text: String?) -> Int32? {
    text.flatMap { Int32($0.split(separator: "\n").first ?? "") }
  }
}
