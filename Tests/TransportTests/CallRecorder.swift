import RPC
import Synchronization

/// Keeps what passes it: as an interceptor, as a check of headers, and as an observer.
final class CallRecorder: CallInterceptor, AdmissionCheck, CallObserver {
  struct Entry: Sendable, Equatable {
    var name: String
    var path: String
    var metadata: [String]
    var hasDeadline: Bool
    var peer: String
    /// Nil until the call has ended.
    var outcome: StatusCode?
  }

  private let name: String
  private let refusal: RPCError?
  private let log: CallLog

  /// - Parameter refusal: What every call is ended with.
  init(_ name: String = "", in log: CallLog = CallLog(), refusing refusal: RPCError? = nil) {
    self.name = name
    self.log = log
    self.refusal = refusal
  }

  var entries: [Entry] { log.entries }

  private func entry(_ call: CallContext, _ path: String) -> Entry {
    Entry(
      name: name, path: path, metadata: call.metadata.entries.map(\.name),
      hasDeadline: !call.deadline.isNever, peer: call.peer)
  }

  func intercept<Result>(
    _ call: CallContext, to path: String,
    _ proceed: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    log.add(entry(call, path))
    if let refusal { throw refusal }
    var outcome = StatusCode.ok
    defer {
      var entry = entry(call, path)
      entry.outcome = outcome
      log.add(entry)
    }
    do throws(RPCError) {
      return try await proceed(call)
    } catch {
      outcome = error.code
      throw error
    }
  }

  func admit(_ call: CallContext, to path: String) throws(RPCError) {
    log.add(entry(call, path))
    if let refusal { throw refusal }
  }

  func callStarted(_ path: String) { log.add("started \(path)") }

  func callEnded(_ path: String, _ code: StatusCode, nanoseconds: UInt64) {
    log.add("ended \(path) \(code.name)")
  }

  /// What was observed.
  var lines: [String] { log.lines }
}

/// Where several recorders write.
final class CallLog: Sendable {
  private let kept = Mutex<(entries: [CallRecorder.Entry], lines: [String])>(([], []))

  func add(_ entry: CallRecorder.Entry) { kept.withLock { $0.entries.append(entry) } }
  func add(_ line: String) { kept.withLock { $0.lines.append(line) } }

  var entries: [CallRecorder.Entry] { kept.withLock { $0.entries } }
  var lines: [String] { kept.withLock { $0.lines } }
}
