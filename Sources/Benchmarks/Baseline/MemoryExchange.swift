import Contracts
import HTTP2
import Logging
import NIOCore
import NIOEmbedded
import RPC
import Transport
import Wire

/// Calls between a client's session and a server's whole connection, in one thread and without
/// sockets. The same bytes take the same way each time, so what a call takes can be counted instead
/// of timed.
final class MemoryExchange {
  /// Calls under way at once, as a loaded connection has them.
  private static let batch = 100

  private let channel = EmbeddedChannel()
  private let server: Server
  private let client: HTTP2Session
  private let request: [UInt8]
  private let head = PreparedFields(
    RequestHeaders.pseudoFields(
      path: HealthAPI.check.pathBytes, authority: Array("bench".utf8)))
  private var calls: [StreamID: ClientCall] = [:]
  /// Calls that were answered OK and SERVING.
  private(set) var good = 0

  init() throws {
    var logger = Logger(label: "bench")
    logger.logLevel = .critical
    var router = Router()
    router.register(HealthServer.AlwaysServing(delay: .zero, timer: nil, freeze: nil))
    server = Server(router: router, logger: logger)
    client = try HTTP2Session(role: .client, settings: .client, now: 0)
    var message = HealthCheckRequest()
    message.service = HealthServer.service
    var writer = WireWriter(reserving: Envelope.byteCount)
    message.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes)
    request = bytes
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try server.accept(channel)
    try exchange()
  }

  /// Makes `count` calls, one batch after the other.
  func call(_ count: Int) throws {
    var left = count
    while left > 0 {
      for _ in 0..<min(left, Self.batch) { try begin() }
      left -= min(left, Self.batch)
      try exchange()
      guard calls.isEmpty else { throw BenchFailure("\(calls.count) calls were not answered") }
    }
  }

  private func begin() throws {
    let stream = try client.submitRequest(
      head, [], RequestHeaders.constants, body: request, endStream: true)
    calls[stream] = ClientCall(receiveMessageBytesMax: 1 << 20, errorBodyBytesMax: 0)
  }

  /// Carries bytes to and fro until neither side has more to say.
  private func exchange() throws {
    while true {
      var output = channel.allocator.buffer(capacity: 16_384)
      try client.drain { frame in output.writeBytes(frame) }
      try takeEvents(nil)
      if output.readableBytes == 0 { return }
      try channel.writeInbound(output)
      channel.embeddedEventLoop.run()
      while let input = try channel.readOutbound(as: ByteBuffer.self) {
        try client.receive(input.readableBytesSpan, now: 0)
        try takeEvents(input)
      }
    }
  }

  private func takeEvents(_ input: ByteBuffer?) throws {
    while let event = client.nextEvent() {
      switch event {
      case .headers(let stream, let block, let category, let endStream):
        try end(stream, calls[stream]?.receive(block, category, endStream: endStream))
      case .data(let stream, let range):
        guard let input else { break }
        try end(stream, calls[stream]?.receive(input.readableBytesSpan.extracting(range)))
        client.consume(range.count, on: stream)
      case .endStream(let stream):
        try end(stream, calls[stream]?.receiveEnd())
      case .reset(let stream, let code):
        try end(stream, calls[stream]?.receiveReset(code, isOwn: false))
      default: break
      }
    }
  }

  private func end(_ stream: StreamID, _ outcome: RawReply?) throws {
    guard let outcome else { return }
    calls[stream] = nil
    if let error = outcome.error { throw error }
    if try HealthCheckResponse(wireBytes: outcome.message).status == .serving { good += 1 }
  }
}
