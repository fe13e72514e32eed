public import Logging

/// One line for a call that ended, where `log.access` asks for it.
public struct AccessLog: Sendable {
  /// Which calls get a line.
  public enum Choice: String, SettingChoice {
    case errors, all, off
  }

  /// What is known of a call at its end. What a caller does not know stays nil and is left out.
  public struct Call: Sendable {
    /// `orders.v1.Orders/PlaceOrder`, or `POST /v1/orders`.
    public var method: String
    /// `OUT_OF_RANGE`, or `404`.
    public var outcome: String
    public var severity: Severity
    public var nanoseconds: UInt64
    public var bytesIn: Int?
    public var bytesOut: Int?
    public var peer: String?
    public var caller: String?
    public var requestID: String?

    public init(method: String, outcome: String, severity: Severity, nanoseconds: UInt64) {
      self.method = method
      self.outcome = outcome
      self.severity = severity
      self.nanoseconds = nanoseconds
    }
  }

  /// Whose business a failure is.
  public enum Severity: Sendable {
    case success
    /// What the rules of the business answer, such as "out of stock". It is as frequent as orders
    /// are and nobody's mistake, so it is no error to the log.
    case answer
    /// The caller's own mistake.
    case refusal
    /// Nobody's fault that a look at the log could mend: gone, too late, overloaded.
    case trouble
    /// Ours.
    case fault

    var level: Logger.Level {
      switch self {
      case .success, .answer, .refusal: .info
      case .trouble: .warning
      case .fault: .error
      }
    }
  }

  private let choice: Choice
  private let logger: Logger

  public init(_ choice: Choice, logger: Logger) {
    self.choice = choice
    self.logger = logger
  }

  /// Whether a call that ended like this gets a line, to be asked before one is put together.
  public func wants(_ severity: Severity) -> Bool {
    switch (choice, severity) {
    case (.off, _), (.errors, .success), (.errors, .answer): false
    case (.all, _), (.errors, _): true
    }
  }

  public func record(_ call: Call) {
    guard wants(call.severity) else { return }
    var metadata: Logger.Metadata = [
      "method": .string(call.method), "code": .string(call.outcome),
      "durationMs": .stringConvertible(Double(call.nanoseconds / 1000) / 1000),
    ]
    if let bytesIn = call.bytesIn { metadata["bytesIn"] = .stringConvertible(bytesIn) }
    if let bytesOut = call.bytesOut { metadata["bytesOut"] = .stringConvertible(bytesOut) }
    if let peer = call.peer { metadata["peer"] = .string(peer) }
    if let caller = call.caller { metadata["caller"] = .string(caller) }
    if let requestID = call.requestID { metadata["requestId"] = .string(requestID) }
    logger.log(level: call.severity.level, "call", metadata: metadata)
  }
}
