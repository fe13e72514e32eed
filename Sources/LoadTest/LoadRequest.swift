/// One request, ready to be sent.
public struct LoadRequest: Equatable, Sendable {
  public var kind: RequestKind
  public var role: ServerRole
  /// `:path`, for example `/orders.v1.Orders/PlaceOrder`.
  public var path: String
  /// The message without the five bytes that go before it on the wire.
  public var body: [UInt8]
  /// It carries another order's key: only a refusal of the key is a right answer.
  public var mustConflict = false
}
