internal import NIOHTTP1
internal import RPC

/// One request, from the moment its head is complete.
struct Exchange: Sendable {
  let requestID: String
  let method: String
  let target: RequestTarget
  let headers: HTTPHeaders
  let peer: String
  let arrival: ContinuousClock.Instant
  let match: Routes.Match
  /// What the head alone is refused for; the body is not looked at then.
  var refusal: Problem?
  /// Runs from the arrival of the head, so that the time a body takes is not given away.
  let deadline: Deadline
  /// Why there is no deadline: told after the checks that come before it.
  let deadlineError: InputError?
  /// Whether it counts among the requests in flight, and has to be taken off when answered.
  var holdsPlace = false

  /// For metrics and logs; nil when the path is unknown.
  var route: String? {
    switch match {
    case .none: nil
    case .operation(_, let route, _), .options(let route), .otherMethod(let route),
      .reserved(let route):
      route.pattern.template
    }
  }

  /// Whether the head announces a body of at least one byte, or of a length not yet known.
  var hasBody: Bool {
    headers.contains(name: "Transfer-Encoding") || (contentLength ?? 0) > 0
  }

  /// The announced length. The HTTP parser has refused what is no number. (RFC 9112 §6.3)
  var contentLength: Int? {
    headers.first(name: "Content-Length").flatMap { Int(HeaderText.trim($0)) }
  }

  var expectsContinue: Bool {
    headers["Expect"].contains { HeaderText.trim($0).lowercased() == "100-continue" }
  }
}
