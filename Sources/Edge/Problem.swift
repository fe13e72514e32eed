internal import NIOHTTP1
internal import RPC

/// An error as a client sees it: `application/problem+json`. (RFC 9457)
struct Problem: Error, Equatable, Sendable {
  /// One offence of the input.
  struct Offence: Equatable, Sendable {
    let path: String
    let detail: String
  }

  /// One SKU that could not be served.
  struct Shortage: Equatable, Sendable {
    let sku: String
    let requested: Int64
    let available: Int64
  }

  /// More offences than these help nobody and make the answer long.
  static let offencesMax = 20

  private(set) var status: Int
  let code: StatusCode
  let reason: String
  let detail: String
  var errors: [Offence] = []
  var lines: [Shortage] = []
  var headers: [HTTPField] = []
  /// What only the log may tell: the message of a failure inside a service.
  var cause: String?

  struct HTTPField: Equatable, Sendable {
    let name: String
    let value: String
  }

  /// Without a reason there is nothing to say beyond the code.
  init(status: Int, _ code: StatusCode, _ detail: String) {
    self.init(status: status, code, nil, detail)
  }

  init(status: Int, _ code: StatusCode, _ reason: String?, _ detail: String) {
    self.status = status
    self.code = code
    self.reason = reason ?? code.name
    self.detail = detail
  }

  init(_ error: InputError) {
    self.init(
      status: 400, .invalidArgument, error.reason.rawValue, "\(error.path) \(error.detail)")
    errors = [Offence(path: error.path, detail: error.detail)]
  }

  func adding(_ name: String, _ value: String) -> Problem {
    var problem = self
    problem.headers.append(HTTPField(name: name, value: value))
    return problem
  }

  /// The same under another status, where the request makes it mean more.
  func changing(status: Int) -> Problem {
    var problem = self
    problem.status = status
    return problem
  }

  /// `urn:orderly:problem:out-of-stock`; a problem that says no more than its status has no type.
  var type: String {
    guard reason != code.name else { return "about:blank" }
    let kebab = reason.lowercased().map { $0 == "_" ? "-" : $0 }
    return "urn:orderly:problem:" + String(kebab)
  }

  /// One for each type: the reason in words, or the status phrase without a type (RFC 9457 §4.2.1).
  var title: String {
    guard reason != code.name else {
      return status == 499
        ? "Client Closed Request" : HTTPResponseStatus(statusCode: status).reasonPhrase
    }
    let words = reason.split(separator: "_").enumerated().map { index, word in
      if Self.abbreviations.contains(word) { return String(word) }
      return index == 0 ? word.prefix(1) + word.dropFirst().lowercased() : word.lowercased()
    }
    return words.joined(separator: " ")
  }

  private static let abbreviations: Set<Substring> = ["ID", "JSON", "SKU"]

  /// - Parameter instance: The path of the request, without its query.
  func answer(instance: String, requestID: String) -> Answer {
    var writer = JSONWriter()
    do {
      try writer.object { (writer) throws(BoundError) in
        writer.member("type", type)
        writer.member("title", title)
        writer.member("status", Int64(status))
        writer.member("detail", detail)
        writer.member("instance", instance)
        writer.member("code", code.name)
        writer.member("reason", reason)
        writer.member("requestId", requestID)
        try writeErrors(to: &writer)
        try writeLines(to: &writer)
      }
    } catch {
      // A figure out of its bound must not be shown; the problem that says so has no figures.
      return Problem(error).answer(instance: instance, requestID: requestID)
    }
    var answer = Answer(status: status)
    answer.contentType = ContentType.problem
    answer.body = writer.bytes
    for field in headers { answer.add(field.name, field.value) }
    return answer
  }

  private func writeErrors(to writer: inout JSONWriter) throws(BoundError) {
    guard !errors.isEmpty else { return }
    writer.member("errors")
    try writer.array(errors.prefix(Self.offencesMax)) { (writer, offence) throws(BoundError) in
      try writer.object { (writer) throws(BoundError) in
        writer.member("path", offence.path)
        writer.member("detail", offence.detail)
      }
    }
  }

  private func writeLines(to writer: inout JSONWriter) throws(BoundError) {
    guard !lines.isEmpty else { return }
    writer.member("lines")
    try writer.array(lines) { (writer, line) throws(BoundError) in
      try writer.object { (writer) throws(BoundError) in
        writer.member("sku", line.sku)
        try writer.member("requested", line.requested, in: IntegerBound.requested)
        try writer.member("available", line.available, in: IntegerBound.available)
      }
    }
  }
}
