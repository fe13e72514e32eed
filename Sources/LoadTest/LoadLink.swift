internal import NIOCore

/// One connection to one server, and the seam between the engine and the network: it is told to
/// start a request and tells later how that ended. Tests put a server in memory behind it.
///
/// A link lives on the event loop of the worker that uses it; nothing here is called elsewhere.
protocol LoadLink: AnyObject, Sendable {
  /// How many more requests it can carry now.
  var room: Int { get }

  /// How many requests at once the server allows.
  var serverStreamsMax: Int { get }

  /// The peer takes no new requests and answers those under way.
  var isDraining: Bool { get }

  /// Takes a request. It leaves with the next `flush`, together with all that was started before.
  func start(_ request: LoadRequest, slot: Int)

  func flush()

  /// Nobody waits for the slot's answer any more: the stream is reset and nothing is told of it.
  /// - Returns: what is known of its times; nil when it has not left.
  func abandon(_ slot: Int) -> WireTimes?

  func close()
}

/// Who hears how requests end.
protocol LinkEvents: AnyObject, Sendable {
  func ended(_ slot: Int, _ ending: LoadReply.Ending, _ times: WireTimes?)

  /// Streams have ended since the last call: all that one read brought is told.
  func madeRoom(_ link: any LoadLink)

  /// No new request fits here any more. Those under way are told of one by one, before or later.
  func lost(_ link: any LoadLink)
}

/// Opens links.
protocol LoadConnector: Sendable {
  /// The future succeeds, on `loop`, once the link can carry requests, handshakes included, so that
  /// no request pays for them. Its failure is a `LoadError`.
  func connect(
    to address: TargetAddress, on loop: any EventLoop, _ events: any LinkEvents
  ) -> EventLoopFuture<any LoadLink>
}
