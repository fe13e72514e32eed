internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Standard output and standard error, a whole line at a time. `print` would buffer a `ready` line
/// that somebody on the other end of a pipe waits for, and could cut two threads' lines in two.
public struct StandardStream: LogSink {
  private let descriptor: Int32

  public static let output = StandardStream(descriptor: STDOUT_FILENO)
  public static let error = StandardStream(descriptor: STDERR_FILENO)

  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Held while a line is written: a pipe takes more than 4096 bytes in pieces.
  private static let lock = Mutex(())

  public func write(_ line: [UInt8]) {
    Self.lock.withLock { _ in
      var rest = line[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { bytes in
          #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
          #elseif canImport(Musl)
            unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
          #else
            unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
          #endif
        }
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          return  // A closed or full stream takes no more; there is nowhere to report it to.
        }
      }
    }
  }

  public func write(line: String) { write(Array(line.utf8) + [0x0A]) }
}
