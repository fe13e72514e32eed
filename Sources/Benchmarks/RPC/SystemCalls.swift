import Foundation

/// What a loaded server asks of the kernel, as `strace` saw it.
struct SystemCalls {
  private(set) var connections = 0
  /// Reads of connections that brought something.
  private(set) var reads = 0
  /// Those of them that asked for a whole read buffer.
  private(set) var fullReads = 0
  private(set) var writes = 0
  /// Writes to one connection between two of its reads, at most.
  private(set) var writesPerReadMax = 0

  /// What a connection reads into, but for its first read, which goes into a buffer of its own.
  static let bufferBytes = 65_536

  /// - Parameter trace: lines of `strace -f -s 0`.
  init(_ trace: String) {
    /// Writes of each connection since its last read; the first one greets.
    var writesSinceRead: [Int: Int] = [:]
    for line in trace.split(separator: "\n") {
      guard let call = Call(line) else { continue }
      switch call.kind {
      case .accept:
        guard call.result >= 0 else { continue }
        connections += 1
        writesSinceRead[call.result] = 0
      case .read:
        guard call.result > 0, writesSinceRead[call.file] != nil else { continue }
        reads += 1
        if call.asked == Self.bufferBytes { fullReads += 1 }
        writesSinceRead[call.file] = 0
      case .write:
        guard let count = writesSinceRead[call.file] else { continue }
        writes += 1
        writesSinceRead[call.file] = count + 1
        writesPerReadMax = max(writesPerReadMax, count + 1)
      }
    }
  }

  /// One line: `4711 read(9, ""..., 65536) = 1900`.
  private struct Call {
    enum Kind { case accept, read, write }

    let kind: Kind
    let file: Int
    let asked: Int
    let result: Int

    init?(_ line: Substring) {
      let call = line.drop { $0.isNumber }.drop { $0 == " " }
      guard let open = call.firstIndex(of: "("), let close = call.lastIndex(of: ")"), open < close,
        let equals = call.lastIndex(of: "="), close < equals
      else { return nil }
      switch call[..<open] {
      case "accept", "accept4": kind = .accept
      case "read", "recvfrom": kind = .read
      case "write", "writev", "sendto", "sendmsg": kind = .write
      default: return nil
      }
      let arguments = call[call.index(after: open)..<close].split(separator: ",")
      let words = call[call.index(after: equals)...].split(separator: " ")
      guard let file = arguments.first.flatMap({ Int($0) }),
        let result = words.first.flatMap({ Int($0) })
      else { return nil }
      self.file = file
      self.result = result
      asked =
        arguments.dropFirst(2).first.flatMap { Int($0.drop { $0 == " " }) } ?? 0
    }
  }

  /// Serves `load` under `strace`. Nil when that is not installed.
  static func measure(_ load: (_ port: Int) throws -> Void) async throws -> SystemCalls? {
    let version = try PinnedProcess(["sh", "-c", "command -v strace"]).wholeOutput()
    guard !version.isEmpty else { return nil }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "orderly-strace-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: file) }
    // With -D it is the server that is our child, and strace ends with it.
    let server = try PinnedProcess(
      core: 0,
      [
        "strace", "-D", "-f", "-s", "0", "-e",
        "trace=accept,accept4,read,recvfrom,write,writev,sendto,sendmsg", "-o",
        file.path(percentEncoded: false), CommandLine.arguments[0], "serve",
      ])
    defer { server.stop() }
    guard let port = Int(try server.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("the server did not start under strace")
    }
    try load(port)
    server.stop()
    for _ in 0..<500 {
      try await Task.sleep(for: .milliseconds(20))
      let trace = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      if trace.contains("+++ killed by SIGKILL +++") { return SystemCalls(trace) }
    }
    throw BenchFailure("strace did not end")
  }
}
