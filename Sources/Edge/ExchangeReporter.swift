internal import Logging

/// Tells metrics and the access log of every exchange.
struct ExchangeReporter: Sendable {
  let accessLog: EdgeSettings.AccessLog
  let observer: (any EdgeObserver)?
  let logger: Logger

  /// Methods that may stand in a metric's label; a client can invent any number of others.
  private static let methods: Set<String> = [
    "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
  ]

  func ended(_ exchange: Exchange, _ answer: Answer, bytesIn: Int, bytesOut: Int) {
    let ended = EdgeExchange(
      route: exchange.route,
      method: Self.methods.contains(exchange.method) ? exchange.method : "other",
      status: answer.status, duration: .now - exchange.arrival, requestID: exchange.requestID,
      bytesIn: bytesIn, bytesOut: bytesOut, peer: exchange.peer)
    // The line first: whoever is told of the exchange finds it in the log.
    switch accessLog {
    case .off: break
    case .errors where answer.status < 400: break
    case .errors, .all: log(ended)
    }
    observer?.exchangeEnded(ended)
  }

  private func log(_ ended: EdgeExchange) {
    let milliseconds = ended.duration / .milliseconds(1)
    logger.log(
      level: ended.status >= 500 ? .error : .info, "request answered",
      metadata: [
        "requestId": "\(ended.requestID)",
        "method": "\(ended.method)",
        "route": "\(ended.route ?? "none")",
        "status": "\(ended.status)",
        "durationMs": "\(Self.rounded(milliseconds))",
        "bytesIn": "\(ended.bytesIn)",
        "bytesOut": "\(ended.bytesOut)",
        "peer": "\(ended.peer)",
      ])
  }

  /// Three decimals: microseconds.
  private static func rounded(_ milliseconds: Double) -> Double {
    (milliseconds * 1000).rounded() / 1000
  }
}
