internal import NIOHTTP1

/// What goes back to a client, without the headers that the connection adds to every answer.
struct Answer: Equatable, Sendable {
  var status: Int
  var headers: [(name: String, value: String)] = []
  var contentType: String?
  var body: [UInt8] = []

  init(status: Int) {
    self.status = status
  }

  init(status: Int = 200, json body: [UInt8]) {
    self.status = status
    contentType = ContentType.json
    self.body = body
  }

  mutating func add(_ name: String, _ value: String) {
    headers.append((name, value))
  }

  static func == (left: Answer, right: Answer) -> Bool {
    left.status == right.status && left.contentType == right.contentType
      && left.body == right.body && left.headers.elementsEqual(right.headers, by: ==)
  }

  /// The head as it is written. An answer to `HEAD` keeps the length although its body is not sent.
  func head(requestID: String, date: String?, closes: Bool) -> HTTPResponseHead {
    var fields = HTTPHeaders()
    if let contentType { fields.add(name: "Content-Type", value: contentType) }
    fields.add(name: "Content-Length", value: String(body.count))
    fields.add(name: "Cache-Control", value: "no-store")
    fields.add(name: "X-Content-Type-Options", value: "nosniff")
    if let date { fields.add(name: "Date", value: date) }
    fields.add(name: RequestID.header, value: requestID)
    for (name, value) in headers { fields.add(name: name, value: value) }
    if closes { fields.add(name: "Connection", value: "close") }
    return HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
  }
}
