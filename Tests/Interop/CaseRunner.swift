import RPC
import Synchronization
import Transport

/// Plays the cases against a server.
struct CaseRunner: Sendable {
  let client: Client
  /// Another channel to the same server.
  let makeClient: @Sendable (ClientSettings) -> Client

  private static let sizesUp = [27182, 8, 1828, 45904]
  private static let sizesDown: [Int32] = [31415, 9, 2653, 58979]
  private static let special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

  func run(_ testCase: TestCase) async throws {
    switch testCase {
    case .emptyUnary: _ = try await client.unary(TestAPI.emptyCall, Empty(), CallContext())
    case .largeUnary: try await largeUnary(client)
    case .clientStreaming: try await clientStreaming()
    case .serverStreaming: try await serverStreaming()
    case .pingPong: try await pingPong()
    case .emptyStream: try await emptyStream()
    case .statusCodeAndMessage: try await status(2, "test status message")
    case .specialStatusMessage: try await unaryStatus(2, Self.special)
    case .customMetadata: try await customMetadata()
    case .unimplementedMethod:
      try await expect(.unimplemented) { () throws(RPCError) in
        _ = try await client.unary(TestAPI.unimplementedCall, Empty(), CallContext())
      }
    case .unimplementedService:
      try await expect(.unimplemented) { () throws(RPCError) in
        _ = try await client.unary(TestAPI.unimplementedService, Empty(), CallContext())
      }
    case .cancelAfterBegin: try await cancelAfterBegin()
    case .cancelAfterFirstResponse: try await cancelAfterFirstResponse()
    case .timeoutOnSleepingServer: try await timeoutOnSleepingServer()
    case .clientCompressedUnary: try await clientCompressedUnary(probes: true)
    case .clientCompressedStreaming: try await clientCompressedStreaming(probes: true)
    case .clientCompressedUnaryNoProbe: try await clientCompressedUnary(probes: false)
    case .clientCompressedStreamingNoProbe: try await clientCompressedStreaming(probes: false)
    case .serverCompressedUnary: try await serverCompressedUnary()
    case .serverCompressedStreaming: try await serverCompressedStreaming()
    case .rpcSoak: for _ in 0..<Self.soakCalls { try await largeUnary(client) }
    case .channelSoak: try await channelSoak()
    case .pickFirstUnary: try await pickFirstUnary()
    case .maxConcurrentStreamsConnectionScaling: try await connectionScaling()
    }
  }

  static let soakCalls = 1000

  // MARK: - One message each way

  static var largeRequest: SimpleRequest {
    var request = SimpleRequest()
    request.responseSize = 314_159
    request.payload = Payload(size: 271_828)
    return request
  }

  func largeUnary(_ client: Client) async throws {
    let response = try await client.unary(TestAPI.unaryCall, Self.largeRequest, CallContext())
    try check(response.payload?.body.count == 314_159, "reply of another size")
  }

  private func unaryStatus(_ code: Int32, _ message: String) async throws {
    var request = SimpleRequest()
    request.responseStatus = EchoStatus(code: code, message: message)
    let query = request
    try await expect(.unknown, message) { () throws(RPCError) in
      _ = try await client.unary(TestAPI.unaryCall, query, CallContext())
    }
  }

  // MARK: - Streams

  private func clientStreaming() async throws {
    let response = try await client.clientStreaming(TestAPI.streamingInputCall, CallContext()) {
      (writer) throws(RPCError) in
      for size in Self.sizesUp {
        var request = StreamingInputCallRequest()
        request.payload = Payload(size: size)
        try await writer.write(request)
      }
    }
    try check(response.aggregatedPayloadSize == 74_922, "sum \(response.aggregatedPayloadSize)")
  }

  private func serverStreaming() async throws {
    var request = StreamingOutputCallRequest()
    request.responseParameters = Self.sizesDown.map { Self.parameters($0) }
    let sizes = try await client.serverStreaming(
      TestAPI.streamingOutputCall, request, CallContext()
    ) { (replies) throws(RPCError) in
      var sizes: [Int] = []
      while let reply = try await replies.next() { sizes.append(reply.payload?.body.count ?? 0) }
      return sizes
    }
    try check(sizes == Self.sizesDown.map { Int($0) }, "replies of \(sizes)")
  }

  private func pingPong() async throws {
    let sizes = try await client.bidirectional(TestAPI.fullDuplexCall, CallContext()) {
      (writer, replies) throws(RPCError) in
      var sizes: [Int] = []
      for (up, down) in zip(Self.sizesUp, Self.sizesDown) {
        try await writer.write(Self.request(up, down))
        guard let reply = try await replies.next() else { break }
        sizes.append(reply.payload?.body.count ?? 0)
      }
      writer.finish()
      if try await replies.next() != nil { sizes.append(-1) }
      return sizes
    }
    try check(sizes == Self.sizesDown.map { Int($0) }, "replies of \(sizes)")
  }

  private func emptyStream() async throws {
    let isEmpty = try await client.bidirectional(TestAPI.fullDuplexCall, CallContext()) {
      (writer, replies) throws(RPCError) in
      writer.finish()
      return try await replies.next() == nil
    }
    try check(isEmpty, "a reply to nothing")
  }

  private func status(_ code: Int32, _ message: String) async throws {
    try await unaryStatus(code, message)
    try await expect(.unknown, message) { () throws(RPCError) in
      try await client.bidirectional(TestAPI.fullDuplexCall, CallContext()) {
        (writer, replies) throws(RPCError) in
        var request = StreamingOutputCallRequest()
        request.responseStatus = EchoStatus(code: code, message: message)
        try await writer.write(request)
        writer.finish()
        _ = try await replies.next()
      }
    }
  }

  private func customMetadata() async throws {
    var metadata = Metadata()
    try metadata.add(TestService.echoInitial, "test_initial_metadata_value")
    try metadata.add(TestService.echoTrailing, binary: [0xAB, 0xAB, 0xAB])
    let unary = CallContext(metadata: metadata)
    _ = try await client.unary(TestAPI.unaryCall, Self.largeRequest, unary)
    try checkEcho(unary)
    let stream = CallContext(metadata: metadata)
    try await client.bidirectional(TestAPI.fullDuplexCall, stream) {
      (writer, replies) throws(RPCError) in
      try await writer.write(Self.request(271_828, 314_159))
      writer.finish()
      while try await replies.next() != nil {}
    }
    try checkEcho(stream)
  }

  private func checkEcho(_ call: CallContext) throws {
    try check(
      call.initialMetadata[first: TestService.echoInitial] == "test_initial_metadata_value",
      "no initial metadata came back")
    try check(
      call.trailingMetadata[firstBinary: TestService.echoTrailing] == [0xAB, 0xAB, 0xAB],
      "no trailing metadata came back")
  }

  // MARK: - Ends

  private func cancelAfterBegin() async throws {
    let task = Task {
      await Self.failure { () throws(RPCError) in
        _ = try await client.clientStreaming(TestAPI.streamingInputCall, CallContext()) {
          (writer) throws(RPCError) in
          do { try await Task.sleep(for: .seconds(60)) } catch {}
        }
      }
    }
    task.cancel()
    let error = await task.value
    try check(error?.code == .cancelled, "ended with \(String(describing: error))")
  }

  private func cancelAfterFirstResponse() async throws {
    let hasReply = Mutex(false)
    let task = Task {
      await Self.failure { () throws(RPCError) in
        try await client.bidirectional(TestAPI.fullDuplexCall, CallContext()) {
          (writer, replies) throws(RPCError) in
          try await writer.write(Self.request(27182, 31415))
          _ = try await replies.next()
          hasReply.withLock { $0 = true }
          _ = try await replies.next()
        }
      }
    }
    while !hasReply.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let error = await task.value
    try check(error?.code == .cancelled, "ended with \(String(describing: error))")
  }

  private func timeoutOnSleepingServer() async throws {
    try await expect(.deadlineExceeded) { () throws(RPCError) in
      let call = CallContext(deadline: .after(.milliseconds(1)))
      try await client.bidirectional(TestAPI.fullDuplexCall, call) {
        (writer, replies) throws(RPCError) in
        var request = StreamingOutputCallRequest()
        request.payload = Payload(size: 27182)
        try await writer.write(request)
        while try await replies.next() != nil {}
      }
    }
  }

  // MARK: - Parts

  static func parameters(_ size: Int32) -> ResponseParameters {
    var parameters = ResponseParameters()
    parameters.size = size
    return parameters
  }

  static func request(_ up: Int, _ down: Int32) -> StreamingOutputCallRequest {
    var request = StreamingOutputCallRequest()
    request.responseParameters = [parameters(down)]
    request.payload = Payload(size: up)
    return request
  }

  func check(_ holds: Bool, _ message: @autoclosure () -> String) throws {
    if !holds { throw TestCase.Failure(description: message()) }
  }

  func expect(
    _ code: StatusCode, _ message: String? = nil, _ work: () async throws(RPCError) -> Void
  ) async throws {
    let error = await Self.failure(work)
    try check(error?.code == code, "ended with \(String(describing: error)), not \(code.name)")
    if let message { try check(error?.message == message, "message \(error?.message ?? "")") }
  }

  static func failure(_ work: () async throws(RPCError) -> Void) async -> RPCError? {
    do throws(RPCError) {
      try await work()
      return nil
    } catch {
      return error
    }
  }
}
