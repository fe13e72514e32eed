internal import NIOHTTP1

/// The parts of a request that an operation reads, decoded and checked against what it takes.
struct RequestInput: Sendable {
  let exchange: Exchange
  let variables: [String: String]
  let query: QueryString
  let body: [UInt8]
  /// The key of the header; a body may name it too.
  let key: String?

  init(
    _ exchange: Exchange, _ operation: Operation, _ pattern: PathPattern, _ segments: [String],
    _ body: [UInt8]
  ) throws(InputError) {
    self.exchange = exchange
    variables = try pattern.variables(segments)
    query = try QueryString(exchange.target.query, taking: operation.parameters)
    if let error = exchange.deadlineError { throw error }
    key =
      operation.takesBody ? try IdempotencyKey.read(exchange.headers[IdempotencyKey.header]) : nil
    if operation.takesBody {
      guard !body.isEmpty || operation.hasOptionalBody else {
        throw InputError(.missingField, at: "$", "is required: this request needs a body")
      }
    } else if !body.isEmpty {
      throw InputError(.unexpectedBody, at: "$", "is not expected: this request takes no body")
    }
    self.body = body
  }

  func variable(_ name: String) -> String { variables[name] ?? "" }
}
