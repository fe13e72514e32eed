import Logging
import RPC
import Synchronization
import Transport

/// A server with handlers that answer, fail, wait and reflect, on a free port.
final class NoteServer: Sendable {
  let server: Server
  let port: Int
  let handlers: HandlerCount

  /// A machine that runs hundreds of tests at once may let a loop wait for longer than any limit.
  private static let patience = Duration.seconds(600)

  /// Handlers that run right now, and those that were cancelled.
  final class HandlerCount: Sendable {
    let running = Atomic(0)
    let started = Atomic(0)
    let cancelled = Atomic(0)
    /// Messages that a stream's handler could write.
    let written = Atomic(0)
  }

  init(
    logger: Logger = .quiet, observer: (any CallObserver)? = nil,
    checks: [any AdmissionCheck] = [], interceptors: [any CallInterceptor] = [],
    _ change: (inout ServerSettings) -> Void = { _ in }
  ) async throws {
    let handlers = HandlerCount()
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in
      handlers.started.add(1, ordering: .relaxed)
      return note
    }
    router.unary(NoteAPI.fail) { (note, _) throws(RPCError) in
      throw RPCError(
        .failedPrecondition, note.text,
        details: [AnyDetail(ErrorInfo(reason: "TEST", domain: "notes"))])
    }
    router.unary(NoteAPI.wait) { (note, _) throws(RPCError) in
      handlers.started.add(1, ordering: .relaxed)
      handlers.running.add(1, ordering: .relaxed)
      defer { handlers.running.subtract(1, ordering: .relaxed) }
      do {
        try await Task.sleep(for: .milliseconds(Int(note.text) ?? 60_000))
      } catch {
        handlers.cancelled.add(1, ordering: .relaxed)
        throw RPCError(.cancelled, "the handler was cancelled")
      }
      return note
    }
    router.unary(NoteAPI.reflect) { note, call in
      call.initialMetadata = call.metadata
      call.trailingMetadata = call.metadata
      return note
    }
    Self.addStreams(to: &router, handlers)
    var settings = ServerSettings()
    settings.handshakeTimeMax = Self.patience
    change(&settings)
    self.handlers = handlers
    server = Server(
      router: router, settings: settings, logger: logger, observer: observer, checks: checks,
      interceptors: interceptors)
    port = try await server.start(host: "127.0.0.1", port: 0)
  }

  private static func addStreams(to router: inout Router, _ handlers: HandlerCount) {
    router.serverStreaming(NoteAPI.count) { (note, writer, _) throws(RPCError) in
      for index in 0..<(Int(note.text) ?? 0) {
        try await writer.write(Note("\(index)", payload: note.payload))
        handlers.written.add(1, ordering: .relaxed)
      }
    }
    router.clientStreaming(NoteAPI.collect) { (notes, _) throws(RPCError) in
      var all = ""
      while let note = try await notes.next() {
        if note.text == "enough" { return Note(all) }
        all += note.text
      }
      return Note(all)
    }
    router.bidirectional(NoteAPI.chat) { (notes, writer, call) throws(RPCError) in
      while let note = try await notes.next() {
        if note.text == "stop" { return }
        if note.text == "fail" {
          call.trailingMetadata = call.metadata
          throw RPCError(.aborted, "as asked")
        }
        try await writer.write(note)
      }
    }
    router.bidirectional(NoteAPI.hold) { (_, writer, call) throws(RPCError) in
      call.initialMetadata = call.metadata
      try writer.sendInitialMetadata()
      handlers.running.add(1, ordering: .relaxed)
      defer { handlers.running.subtract(1, ordering: .relaxed) }
      do { try await Task.sleep(for: .seconds(600)) } catch {
        handlers.cancelled.add(1, ordering: .relaxed)
      }
    }
  }

  var address: String { "127.0.0.1:\(port)" }

  func client(
    interceptors: [any CallInterceptor] = [], _ change: (inout ClientSettings) -> Void = { _ in }
  ) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = Self.patience
    change(&settings)
    return Client(
      [address], settings: settings, logger: Logger.quiet, interceptors: interceptors)
  }
}

extension Logger {
  static let quiet = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()
}

/// Waits for what happens soon on another thread.
func eventually(_ condition: () async -> Bool) async -> Bool {
  for _ in 0..<3_000 {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}
