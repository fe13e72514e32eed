internal import FoundationEssentials
internal import RPC

/// An error of the admin listener, in the form the edge's errors have. (RFC 9457)
enum AdminProblem {
  case notFound
  case methodNotAllowed(String, allow: String)

  var status: Int {
    switch self {
    case .notFound: 404
    case .methodNotAllowed: 405
    }
  }

  var allow: String? {
    if case .methodNotAllowed(_, let allow) = self { return allow }
    return nil
  }

  private var code: StatusCode {
    switch self {
    case .notFound: .notFound
    case .methodNotAllowed: .unimplemented
    }
  }

  private var reason: String {
    switch self {
    case .notFound: "ROUTE_NOT_FOUND"
    case .methodNotAllowed: "METHOD_NOT_ALLOWED"
    }
  }

  private var title: String {
    switch self {
    case .notFound: "No such route"
    case .methodNotAllowed: "Method not allowed"
    }
  }

  private var detail: String {
    switch self {
    case .notFound: "This listener has /livez, /readyz, /health, /metrics, /config and /info."
    case .methodNotAllowed(let method, let allow): "\(method) is not one of \(allow)."
    }
  }

  func json(_ path: String) -> JSONValue {
    let kebab = reason.lowercased().map { $0 == "_" ? "-" : String($0) }.joined()
    return .object([
      ("type", .string("urn:orderly:problem:\(kebab)")), ("title", .string(title)),
      ("status", .int(status)), ("detail", .string(detail)), ("instance", .string(path)),
      ("code", .string(code.name)), ("reason", .string(reason)),
      ("requestId", .string(UUID().uuidString.lowercased())),
    ])
  }
}
