internal import RPC

/// One request, ready to be sent.
struct LoadRequest: Equatable, Sendable {
  var kind: RequestKind
  var role: ServerRole
  /// `:path`, for example `/orders.v1.Orders/PlaceOrder`, or what it asks the edge for.
  var path: String
  /// The message with the five bytes that go before it on the wire; nothing on the way to the edge.
  var sealed: [UInt8]
  var required: RequiredAnswer?
  /// The same message in the edge's form, where it goes there.
  var rest: RESTRequest?

  /// The message alone.
  var body: [UInt8] { Array(sealed.dropFirst(Envelope.byteCount)) }

  /// A message with its envelope.
  static func seal(_ body: [UInt8]) -> [UInt8] {
    var sealed = [UInt8](repeating: 0, count: Envelope.byteCount)
    sealed += body
    Envelope.seal(&sealed)
    return sealed
  }
}
