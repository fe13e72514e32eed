public import RPC

/// What one request came to. Every request has exactly one outcome.
public enum Outcome: Hashable, Sendable, CustomStringConvertible {
  /// `grpc-status`; `.ok` only when everything else about the reply was right too.
  case status(StatusCode)
  /// A reply that is not one: no status, an unreadable one, a cut message, none or two messages.
  case malformed
  case transport(TransportCause)
  /// The time limit of the request passed.
  case deadline
  /// Too late to be sent at all.
  case shed
  /// Still without an answer when the run stopped waiting.
  case unfinished

  /// All there are, in the order in which reports list them.
  public static let all: [Outcome] =
    StatusCode.allCases.map { .status($0) } + [.malformed]
    + TransportCause.allCases.map { .transport($0) } + [.deadline, .shed, .unfinished]

  public static let ok = Outcome.status(.ok)

  public var description: String {
    switch self {
    case .status(let code): code.name
    case .malformed: "malformed"
    case .transport(let cause): "transport/\(cause.rawValue)"
    case .deadline: "deadline"
    case .shed: "shed"
    case .unfinished: "unfinished"
    }
  }

  /// The place in `all`, so that counters are an array and not a dictionary.
  var index: Int {
    let statuses = StatusCode.allCases.count
    let causes = TransportCause.allCases.count
    return switch self {
    case .status(let code): code.rawValue
    case .malformed: statuses
    case .transport(.refused): statuses + 1
    case .transport(.reset): statuses + 2
    case .transport(.goaway): statuses + 3
    case .transport(.closed): statuses + 4
    case .deadline: statuses + causes + 1
    case .shed: statuses + causes + 2
    case .unfinished: statuses + causes + 3
    }
  }
}
