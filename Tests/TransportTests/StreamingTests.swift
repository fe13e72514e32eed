import HTTP2
import RPC
import Synchronization
import Testing
import Transport

/// Streams between our client and our server over a real socket.
@Suite struct StreamingTests {
  private static func failure(_ work: () async throws(RPCError) -> Void) async -> RPCError? {
    do throws(RPCError) {
      try await work()
      return nil
    } catch {
      return error
    }
  }

  private static func stop(_ client: Client, _ notes: NoteServer) async {
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test(arguments: [0, 1, 1000])
  func `a server streams any number of messages in order`(count: Int) async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let texts = try await client.serverStreaming(NoteAPI.count, Note("\(count)"), CallContext()) {
      (replies) throws(RPCError) in
      var texts: [String] = []
      while let note = try await replies.next() { texts.append(note.text) }
      return texts
    }
    #expect(texts == (0..<count).map { "\($0)" })
    await Self.stop(client, notes)
  }

  @Test(arguments: [0, 1, 1000])
  func `a client streams any number of messages and gets one answer`(count: Int) async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let reply = try await client.clientStreaming(NoteAPI.collect, CallContext()) {
      (writer) throws(RPCError) in
      for index in 0..<count { try await writer.write(Note("\(index),")) }
    }
    #expect(reply.text == (0..<count).map { "\($0)," }.joined())
    await Self.stop(client, notes)
  }

  @Test func `a two-way stream answers the first message before the second is sent`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    try await client.bidirectional(NoteAPI.chat, CallContext()) {
      (writer, replies) throws(RPCError) in
      for index in 0..<20 {
        try await writer.write(Note("\(index)"))
        let reply = try await replies.next()
        #expect(reply?.text == "\(index)")
      }
      writer.finish()
      let end = try await replies.next()
      #expect(end == nil)
    }
    await Self.stop(client, notes)
  }

  @Test func `an error ends a stream behind its messages, with its metadata`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    var metadata = Metadata()
    try metadata.add("x-why", "asked")
    let call = CallContext(metadata: metadata)
    let texts = Mutex<[String]>([])
    let error = await Self.failure { () throws(RPCError) in
      try await client.bidirectional(NoteAPI.chat, call) { (writer, replies) throws(RPCError) in
        for text in ["one", "two", "fail"] { try await writer.write(Note(text)) }
        while let note = try await replies.next() { texts.withLock { $0.append(note.text) } }
      }
    }
    #expect(texts.withLock { $0 } == ["one", "two"])
    #expect(error?.code == .aborted && error?.message == "as asked")
    #expect(call.trailingMetadata == metadata)
    await Self.stop(client, notes)
  }

  @Test func `initial metadata can be sent ahead of every message`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    var metadata = Metadata()
    try metadata.add("x-early", "yes")
    let call = CallContext(metadata: metadata)
    let sent = metadata
    try await client.bidirectional(NoteAPI.hold, call) { (_, _) throws(RPCError) in
      let hasCome = await eventually { call.initialMetadata == sent }
      #expect(hasCome)
    }
    // Leaving the closure gave the call up.
    #expect(await eventually { notes.handlers.cancelled.load(ordering: .relaxed) == 1 })
    await Self.stop(client, notes)
  }

  @Test func `a reader that waits holds the writer at the other end back`() async throws {
    let notes = try await NoteServer()
    let client = notes.client { $0.http2.streamWindowBytes = 65_535 }
    let count = 200, size = 32_768
    let request = Note("\(count)", payload: Array(repeating: 7, count: size))
    let read = try await client.serverStreaming(NoteAPI.count, request, CallContext()) {
      (replies) throws(RPCError) in
      let written = notes.handlers
      // Another call passes on the same connection while this one stands still.
      let echo = try await client.unary(NoteAPI.echo, Note("through"), CallContext())
      #expect(echo.text == "through")
      _ = await eventually { written.written.load(ordering: .relaxed) > 0 }
      try? await Task.sleep(for: .milliseconds(50))
      // One window here, one buffer there, and the messages that were begun.
      #expect(written.written.load(ordering: .relaxed) < 16)
      var read = 0
      while let note = try await replies.next() { read += note.payload.count == size ? 1 : 0 }
      return read
    }
    #expect(read == count)
    await Self.stop(client, notes)
  }

  @Test func `a handler that does not read holds the client back`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let written = Atomic(0)
    let error = await Self.failure { () throws(RPCError) in
      try await client.bidirectional(
        NoteAPI.hold, CallContext(deadline: .after(.milliseconds(300)))
      ) { (writer, _) throws(RPCError) in
        for _ in 0..<1000 {
          try await writer.write(Note("", payload: Array(repeating: 1, count: 32_768)))
          written.add(1, ordering: .relaxed)
        }
      }
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(written.load(ordering: .relaxed) < 16)
    await Self.stop(client, notes)
  }

  @Test func `messages larger than every window pass both ways`() async throws {
    let notes = try await NoteServer()
    let client = notes.client { $0.http2.streamWindowBytes = 65_535 }
    let large = Note("big", payload: (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
    try await client.bidirectional(NoteAPI.chat, CallContext()) {
      (writer, replies) throws(RPCError) in
      for _ in 0..<3 {
        try await writer.write(large)
        let reply = try await replies.next()
        #expect(reply == large)
      }
    }
    await Self.stop(client, notes)
  }

  @Test func `an answer that comes before the request is complete counts`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let reply = try await client.clientStreaming(NoteAPI.collect, CallContext()) {
      (writer) throws(RPCError) in
      try await writer.write(Note("a"))
      try await writer.write(Note("enough"))
      for _ in 0..<10_000 {
        try await writer.write(Note("", payload: Array(repeating: 1, count: 32_768)))
      }
    }
    #expect(reply.text == "a")
    await Self.stop(client, notes)
  }

  @Test func `cancelling the task ends its stream and the handler`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let task = Task {
      await Self.failure { () throws(RPCError) in
        try await client.bidirectional(NoteAPI.hold, CallContext()) {
          (_, replies) throws(RPCError) in
          _ = try await replies.next()
        }
      }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 1 })
    task.cancel()
    #expect(await task.value?.code == .cancelled)
    #expect(await eventually { notes.handlers.cancelled.load(ordering: .relaxed) == 1 })
    await Self.stop(client, notes)
  }

  @Test func `a message over the limit ends the stream with both numbers`() async throws {
    let notes = try await NoteServer { $0.receiveMessageBytesMax = 100 }
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.bidirectional(NoteAPI.chat, CallContext()) {
        (writer, replies) throws(RPCError) in
        try await writer.write(Note("fits"))
        let first = try await replies.next()
        #expect(first?.text == "fits")
        try await writer.write(Note("", payload: Array(repeating: 1, count: 99)))
        _ = try await replies.next()
      }
    }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message == "message of 101 bytes; receiveMessageBytesMax is 100")
    await Self.stop(client, notes)
  }

  @Test func `a server that stops cuts a stream and counts it`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let task = Task {
      await Self.failure { () throws(RPCError) in
        try await client.bidirectional(NoteAPI.hold, CallContext()) {
          (_, replies) throws(RPCError) in
          _ = try await replies.next()
        }
      }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 1 })
    #expect(await notes.server.shutdown(within: .milliseconds(50)) == 1)
    let error = await task.value
    #expect(error?.code == .unavailable && error?.message == "server shutting down")
    await client.shutdown()
  }

  @Test func `a stream to a method of one message is refused by its kind`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    let error = await Self.failure { () throws(RPCError) in
      try await client.bidirectional(NoteAPI.echo, CallContext()) {
        (writer, replies) throws(RPCError) in
        try await writer.write(Note("one"))
        try await writer.write(Note("two"))
        writer.finish()
        _ = try await replies.next()
      }
    }
    #expect(error?.code == .unimplemented)
    await Self.stop(client, notes)
  }
}
