import RPC
import Synchronization
import Testing
import Transport

@Suite struct ShutdownTests {
  @Test func `a server lets the calls in progress end and takes no more`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let call = Task { try await client.unary(NoteAPI.wait, Note("300"), CallContext()) }
    #expect(await eventually { notes.handlers.started.load(ordering: .relaxed) == 1 })
    let cut = await notes.server.shutdown(within: .seconds(20))
    #expect(cut == 0)
    #expect(try await call.value.text == "300")
    let late = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(late?.code == .unavailable)
    await client.shutdown()
  }

  @Test func `what runs longer than the limit is cut with UNAVAILABLE and counted`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let calls = (0..<3).map { _ in
      Task {
        await ClientServerTests.failure { () throws(RPCError) in
          try await client.unary(NoteAPI.wait, Note(), CallContext())
        }
      }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 3 })
    let cut = await notes.server.shutdown(within: .milliseconds(50))
    #expect(cut == 3)
    for call in calls {
      let error = await call.value
      #expect(error?.code == .unavailable)
      #expect(error?.message == "server shutting down")
    }
    #expect(await eventually { notes.handlers.cancelled.load(ordering: .relaxed) == 3 })
    await client.shutdown()
  }

  @Test func `a second shutdown waits for the first and tells the same`() async throws {
    let notes = try await NoteServer()
    async let one = notes.server.shutdown(within: .seconds(5))
    async let two = notes.server.shutdown(within: .seconds(5))
    #expect(await [one, two] == [0, 0])
  }

  @Test func `a client that is shut down fails what is under way and what comes`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let call = Task {
      await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.wait, Note(), CallContext())
      }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 1 })
    await client.shutdown()
    #expect(await call.value?.code == .unavailable)
    let late = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(late?.code == .unavailable)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a shutdown while waiting to connect again does not sleep it out`() async throws {
    let notes = try await NoteServer()
    await notes.server.shutdown(within: .seconds(5))
    let client = notes.client { $0.backoff.initial = .seconds(3600) }
    _ = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    await client.shutdown()
    #expect(await client.state() == .shutdown)
  }

  @Test func `a port that is taken is named`() async throws {
    let notes = try await NoteServer()
    let second = Server(router: Router(), logger: .quiet)
    await #expect(throws: TransportError(.addressInUse, address: notes.address)) {
      try await second.start(host: "127.0.0.1", port: notes.port)
    }
    await notes.server.shutdown(within: .seconds(5))
  }
}
