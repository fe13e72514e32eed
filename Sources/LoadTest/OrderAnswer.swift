internal import Contracts
internal import RPC
internal import Wire

/// What an answer to PlaceOrder says about whether the order exists.
enum OrderAnswer: Equatable, Sendable {
  struct Receipt: Equatable, Sendable {
    var id: OrderID
    /// Of all its bytes, so that two answers to one key can be told apart.
    var checksum: UInt64
    /// It was given before, and is told again.
    var isReplay: Bool
    /// By the service's clock.
    var created = Moment()
  }

  case acknowledged(Receipt)
  /// It does not exist, by the service's own word.
  case refused
  /// Nobody can tell: the answer was lost, or says nothing about the order.
  case inDoubt

  init(_ outcome: Outcome, _ ending: LoadReply.Ending) {
    switch outcome {
    case .ok:
      guard case .answer(let answer) = ending, let receipt = Self.receipt(answer) else {
        self = .inDoubt
        return
      }
      self = .acknowledged(receipt)
    case .status(.invalidArgument), .status(.notFound), .status(.alreadyExists),
      .status(.permissionDenied), .status(.failedPrecondition), .status(.outOfRange),
      .status(.unimplemented), .status(.unauthenticated), .shed:
      self = .refused
    case .status, .malformed, .transport, .deadline, .unfinished: self = .inDoubt
    }
  }

  private static func receipt(_ answer: LoadReply.Answer) -> Receipt? {
    guard let message = try? Contracts.Receipt(wireBytes: answer.message),
      let id = OrderID(message.orderID)
    else { return nil }
    return Receipt(
      id: id, checksum: checksum(answer.message), isReplay: answer.isReplay,
      created: Moment(message.createdAt))
  }

  /// FNV-1a: fast, and nobody gains by making two answers collide.
  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
