/// One request and its answer, as metrics and the access log see it.
public struct EdgeExchange: Equatable, Sendable {
  /// The path's template, such as `/v1/orders/{order_id}`; nil for an unknown path.
  public var route: String?
  public var method: String
  /// The HTTP status; 499 when the client went away.
  public var status: Int
  /// From the end of the request's head to the last byte of the answer handed to the socket.
  public var duration: Duration
  public var requestID: String
  /// Bytes of the bodies.
  public var bytesIn: Int
  public var bytesOut: Int
  /// The client's address, such as `127.0.0.1:53412`.
  public var peer: String
}

/// What wants to know of every exchange. It is called on an event loop and must not block.
public protocol EdgeObserver: Sendable {
  func exchangeEnded(_ exchange: EdgeExchange)
}
