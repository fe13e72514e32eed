import HTTP2
import Logging
import RPC
import Synchronization
import Testing
import Transport

/// Our client and our server over a real socket.
@Suite struct ClientServerTests {
  /// What a call failed with; nil when it did not.
  static func failure(_ work: () async throws(RPCError) -> Note) async -> RPCError? {
    do throws(RPCError) {
      _ = try await work()
      return nil
    } catch {
      return error
    }
  }

  @Test func `a message goes there and comes back`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let note = Note("héllo", payload: [0, 255])
    #expect(try await client.unary(NoteAPI.echo, note, CallContext()) == note)
    await client.shutdown()
    #expect(await notes.server.shutdown(within: .seconds(5)) == 0)
  }

  @Test(arguments: [0, 1, 16_383, 16_384, 65_535, 65_536, 1_000_000, 4_194_200])
  func `payloads of any size pass the windows`(size: Int) async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let note = Note("", payload: (0..<size).map { UInt8(truncatingIfNeeded: $0) })
    #expect(try await client.unary(NoteAPI.echo, note, CallContext()) == note)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a thousand calls at once each get their own answer`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<1000 {
        group.addTask {
          let reply = try await client.unary(NoteAPI.echo, Note("\(index)"), CallContext())
          return Int(reply.text) == index ? 1 : 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 1000)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `an error arrives with code, message and details`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.fail, Note("100 % of ☺\n "), CallContext())
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "100 % of ☺\n ")
    #expect(error?.detail(ErrorInfo.self)?.reason == "TEST")
    #expect(error?.isRetrySafe == false)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a method nobody registered is unimplemented`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.missing, Note(), CallContext())
    }
    #expect(error?.code == .unimplemented)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `metadata of both kinds goes both ways, before the message and after`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    var metadata = Metadata()
    try metadata.add("x-text", "a b")
    try metadata.add("x-text", "c")
    try metadata.add("x-bytes-bin", binary: [0xAB, 0xAB, 0xAB])
    let call = CallContext(metadata: metadata)
    _ = try await client.unary(NoteAPI.reflect, Note(), call)
    #expect(call.initialMetadata == metadata)
    #expect(call.trailingMetadata == metadata)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a deadline ends the call here and the handler there`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    // A busy machine may let the deadline pass before the handler begins; then there is none.
    var timeout = Duration.milliseconds(100)
    while notes.handlers.started.load(ordering: .relaxed) == 0 {
      let deadline = Deadline.after(timeout)
      let error = await Self.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.wait, Note(), CallContext(deadline: deadline))
      }
      #expect(error?.code == .deadlineExceeded)
      timeout *= 2
    }
    // A handler may also have begun late, behind a loop that was kept waiting.
    #expect(
      await eventually {
        notes.handlers.cancelled.load(ordering: .relaxed)
          == notes.handlers.started.load(ordering: .relaxed)
      })
    _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a deadline that has passed sends nothing`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext(deadline: .after(.zero)))
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `cancelling the caller cancels the handler`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let task = Task {
      await Self.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.wait, Note(), CallContext())
      }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 1 })
    task.cancel()
    #expect(await task.value?.code == .cancelled)
    #expect(await eventually { notes.handlers.cancelled.load(ordering: .relaxed) == 1 })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a message over the server's limit is refused with both numbers`() async throws {
    let notes = try await NoteServer { $0.receiveMessageBytesMax = 100 }
    let client = notes.client()
    let fits = Note("", payload: Array(repeating: 1, count: 98))
    #expect(try await client.unary(NoteAPI.echo, fits, CallContext()) == fits)
    let error = await Self.failure { () throws(RPCError) in
      try await client.unary(
        NoteAPI.echo, Note("", payload: Array(repeating: 1, count: 99)), CallContext())
    }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message == "message of 101 bytes; receiveMessageBytesMax is 100")
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a connect that is refused names address and cause`() async throws {
    let notes = try await NoteServer()
    await notes.server.shutdown(within: .seconds(5))
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message == "connect to \(notes.address): connection refused")
    #expect(error?.isRetrySafe == true)
    await client.shutdown()
  }

  @Test func `the next address is tried when the first refuses`() async throws {
    let gone = try await NoteServer()
    await gone.server.shutdown(within: .seconds(5))
    let notes = try await NoteServer()
    let client = Client([gone.address, notes.address], logger: .quiet)
    _ = try await client.unary(NoteAPI.echo, Note("x"), CallContext())
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `more calls than the server takes at once wait for their turn`() async throws {
    let notes = try await NoteServer { $0.http2.concurrentStreamsMax = 2 }
    let client = notes.client()
    try await client.connect()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask { _ = try await client.unary(NoteAPI.wait, Note("5"), CallContext()) }
      }
      try await group.waitForAll()
    }
    #expect(notes.handlers.started.load(ordering: .relaxed) == 50)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }
}
