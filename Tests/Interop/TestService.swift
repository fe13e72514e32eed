import RPC

/// gRPC's interop test service, as its description wants it to behave.
/// (grpc/grpc, doc/interop-test-descriptions.md)
struct TestService: Sendable {
  static let echoInitial = "x-grpc-test-echo-initial"
  static let echoTrailing = "x-grpc-test-echo-trailing-bin"
  /// Metadata of ours: whoever sends it gets it back with the address that the server sees, by
  /// which a client tells its connections apart.
  static let peer = "x-test-peer"

  /// By which a client tells servers apart.
  let id: String

  func register(in router: inout Router) {
    router.unary(TestAPI.emptyCall) { (_, call) throws(RPCError) in
      try Self.echoMetadata(call)
      return Empty()
    }
    router.unary(TestAPI.unaryCall) { (request, call) throws(RPCError) in
      try Self.echoMetadata(call)
      try Self.check(request.expectCompressed, call.isRequestCompressed)
      try Self.echoStatus(request.responseStatus)
      if request.responseCompressed?.value == true { call.compressReply() }
      var response = SimpleResponse()
      response.payload = Payload(size: Int(request.responseSize))
      if request.fillServerID { response.serverID = id }
      return response
    }
    router.serverStreaming(TestAPI.streamingOutputCall) {
      (request, writer, call) throws(RPCError) in
      try Self.echoMetadata(call)
      if request.responseParameters.contains(where: { $0.compressed?.value == true }) {
        call.compressReply()
      }
      try await Self.send(request, writer)
      try Self.echoStatus(request.responseStatus)
    }
    router.clientStreaming(TestAPI.streamingInputCall) { (requests, call) throws(RPCError) in
      try Self.echoMetadata(call)
      var response = StreamingInputCallResponse()
      while let request = try await requests.next() {
        try Self.check(request.expectCompressed, requests.isLastCompressed)
        let count = request.payload?.body.count ?? 0
        response.aggregatedPayloadSize &+= Int32(truncatingIfNeeded: count)
      }
      return response
    }
    router.bidirectional(TestAPI.fullDuplexCall) { (requests, writer, call) throws(RPCError) in
      try Self.echoMetadata(call)
      while let request = try await requests.next() {
        try Self.echoStatus(request.responseStatus)
        try await Self.send(request, writer)
      }
    }
  }

  private static func send(
    _ request: StreamingOutputCallRequest, _ writer: MessageWriter<StreamingOutputCallResponse>
  ) async throws(RPCError) {
    for parameters in request.responseParameters {
      if parameters.intervalMicroseconds > 0 {
        try await sleep(.microseconds(Int(parameters.intervalMicroseconds)))
      }
      var response = StreamingOutputCallResponse()
      response.payload = Payload(size: Int(parameters.size))
      try await writer.write(response, mayCompress: parameters.compressed?.value != false)
    }
  }

  private static func sleep(_ duration: Duration) async throws(RPCError) {
    do {
      try await Task.sleep(for: duration)
    } catch {
      throw RPCError(.cancelled, "the call was cancelled")
    }
  }

  private static func check(_ expected: BoolValue?, _ isCompressed: Bool) throws(RPCError) {
    guard let expected, expected.value != isCompressed else { return }
    throw RPCError(
      .invalidArgument, "the message was \(isCompressed ? "" : "not ")compressed")
  }

  private static func echoStatus(_ status: EchoStatus?) throws(RPCError) {
    guard let status, status.code != 0 else { return }
    throw RPCError(StatusCode(rawValue: Int(status.code)) ?? .unknown, status.message)
  }

  private static func echoMetadata(_ call: CallContext) throws(RPCError) {
    let received = call.metadata
    var initial = Metadata(), trailing = Metadata()
    do throws(MetadataError) {
      for value in received.values(echoInitial) { try initial.add(echoInitial, value) }
      if let value = received[firstBinary: echoTrailing] {
        try trailing.add(echoTrailing, binary: value)
      }
      if received[first: peer] != nil { try initial.add(peer, call.peer) }
    } catch {
      throw RPCError(.internalError, "\(error)")
    }
    call.initialMetadata = initial
    call.trailingMetadata = trailing
  }
}
