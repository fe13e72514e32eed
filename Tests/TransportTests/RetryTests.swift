import Logging
import RPC
import Synchronization
import Testing
import Transport

/// Calls that survive what happens to their connections and servers.
@Suite struct RetryTests {
  /// One method that fails a number of times, then echoes.
  private final class FlakyService: Sendable {
    let attempts = Atomic(0)
    private let failures: Int

    init(failures: Int) { self.failures = failures }

    func server() async throws -> (Server, String) {
      var router = Router()
      router.unary(NoteAPI.echo) { [self] (note, _) throws(RPCError) in
        let attempt = attempts.add(1, ordering: .relaxed).newValue
        if attempt <= failures { throw RPCError(.unavailable, "attempt \(attempt)") }
        return note
      }
      let server = Server(router: router, logger: .quiet)
      return (server, "127.0.0.1:\(try await server.start(host: "127.0.0.1", port: 0))")
    }
  }

  private static func client(_ address: String, attempts: Int?) throws -> Client {
    var settings = ClientSettings()
    if let attempts {
      settings.retry = try RetryPolicy(
        maxAttempts: attempts, initialBackoff: .milliseconds(1), maxBackoff: .milliseconds(2))
    }
    return Client([address], settings: settings, logger: .quiet)
  }

  @Test func `a failed call is repeated as its policy says`() async throws {
    let service = FlakyService(failures: 2)
    let (server, address) = try await service.server()
    let client = try Self.client(address, attempts: 3)
    #expect(try await client.unary(NoteAPI.echo, Note("x"), CallContext()).text == "x")
    #expect(service.attempts.load(ordering: .relaxed) == 3)
    await client.shutdown()
    await server.shutdown(within: .seconds(5))
  }

  @Test(arguments: [nil, 2]) func `no call is repeated more often than that`(
    attempts: Int?
  ) async throws {
    let service = FlakyService(failures: 9)
    let (server, address) = try await service.server()
    let client = try Self.client(address, attempts: attempts)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("x"), CallContext())
    }
    let made = attempts ?? 1
    #expect(error?.code == .unavailable && error?.message == "attempt \(made)")
    #expect(service.attempts.load(ordering: .relaxed) == made)
    await client.shutdown()
    await server.shutdown(within: .seconds(5))
  }

  @Test func `calls go on over another server while theirs stops`() async throws {
    let first = try await NoteServer(), second = try await NoteServer()
    let client = Client([first.address, second.address], logger: .quiet)
    try await client.connect()
    async let stop = first.server.shutdown(within: .seconds(300))
    let failures = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          var failures = 0
          for index in 0..<25 {
            let error = await ClientServerTests.failure { () throws(RPCError) in
              try await client.unary(NoteAPI.echo, Note("\(index)"), CallContext())
            }
            if error != nil { failures += 1 }
          }
          return failures
        }
      }
      return await group.reduce(0, +)
    }
    #expect(failures == 0)
    #expect(await stop == 0)
    let served =
      first.handlers.started.load(ordering: .relaxed)
      + second.handlers.started.load(ordering: .relaxed)
    #expect(served == 500, "none twice, none lost")
    await client.shutdown()
    await second.server.shutdown(within: .seconds(5))
  }

  @Test func `a call that waits for ready outlasts failed connects, and another does not`()
    async throws
  {
    let notes = try await NoteServer()
    let port = notes.port
    await notes.server.shutdown(within: .seconds(5))
    var settings = ClientSettings()
    settings.backoff.initial = .milliseconds(20)
    let client = Client(["127.0.0.1:\(port)"], settings: settings, logger: .quiet)
    let waiting = Task {
      try await client.unary(NoteAPI.echo, Note("x"), CallContext(waitsForReady: true))
    }
    #expect(
      await eventually {
        if case .transientFailure = await client.state() { true } else { false }
      })
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("y"), CallContext())
    }
    #expect(error?.code == .unavailable)
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in note }
    let server = Server(router: router, logger: .quiet)
    try await server.start(host: "127.0.0.1", port: port)
    #expect(try await waiting.value.text == "x")
    await client.shutdown()
    await server.shutdown(within: .seconds(5))
  }

  @Test func `a call that waits for ready ends with its deadline and with its client`()
    async throws
  {
    let notes = try await NoteServer()
    await notes.server.shutdown(within: .seconds(5))
    let client = notes.client()
    let late = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(
        NoteAPI.echo, Note(),
        CallContext(deadline: .after(.milliseconds(50)), waitsForReady: true))
    }
    #expect(late?.code == .deadlineExceeded)
    let task = Task {
      await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note(), CallContext(waitsForReady: true))
      }
    }
    try await Task.sleep(for: .milliseconds(20))
    await client.shutdown()
    #expect(await task.value?.code == .unavailable)
  }

  @Test func `one call more than may wait is refused with both numbers`() async throws {
    let notes = try await NoteServer()
    await notes.server.shutdown(within: .seconds(5))
    let client = notes.client { $0.waitingCallsMax = 1 }
    let first = Task {
      await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note(), CallContext(waitsForReady: true))
      }
    }
    #expect(
      await eventually {
        if case .transientFailure = await client.state() { true } else { false }
      })
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext(waitsForReady: true))
    }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message == "1 calls wait for a connection; waitingCallsMax is 1")
    await client.shutdown()
    _ = await first.value
  }
}
