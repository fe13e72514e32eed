internal import NIOCore
internal import NIOHTTP1
internal import RPC
internal import Wire

/// The edge's reply to one request while it comes in, judged in the words of an RPC: the `code` of
/// a problem is a status, its `reason` the reason of the error's details, and what is neither the
/// success of its route nor a problem is no answer at all.
struct RESTReplyReading {
  private enum Form {
    /// The status and type that the route answers with when all is well.
    case success
    case problem
    case other
  }

  private let kind: RequestKind
  private let keepsMessage: Bool
  private var form = Form.other
  private var check = JSONCheck()
  private var kept: [UInt8] = []
  private var isTooLong = false
  private var isReplay = false
  /// Whether the connection can carry another request after this reply.
  private(set) var keepsAlive = true

  /// A receipt of the largest order, or a problem that names each of its lines.
  private static let keptBytesMax = 65_536

  init(_ kind: RequestKind, keepsMessage: Bool) {
    self.kind = kind
    self.keepsMessage = keepsMessage && kind == .placeOrder
  }

  mutating func receive(_ head: HTTPResponseHead) {
    keepsAlive = head.isKeepAlive
    let type = head.headers.first(name: "content-type").map(Self.mediaType)
    let success = kind == .placeOrder ? 201 : 200
    if Int(head.status.code) == success, type == "application/json" {
      form = .success
    } else if head.status.code >= 400, type == "application/problem+json" {
      form = .problem
    }
    if keepsMessage, form == .success {
      isReplay = head.headers.first(name: "idempotent-replayed") == "true"
    }
  }

  /// Without parameters and in lower case. (RFC 9110 §8.3.1)
  private static func mediaType(_ field: String) -> String {
    if field == "application/json" { return field }
    let type = field.prefix { $0 != ";" }
    return type.filter { $0 != " " && $0 != "\t" }.lowercased()
  }

  mutating func receive(_ body: ByteBuffer) {
    if form == .success {
      for byte in body.readableBytesView { check.take(byte) }
    }
    guard form == .problem || form == .success && keepsMessage, !isTooLong else { return }
    guard kept.count + body.readableBytes <= Self.keptBytesMax else {
      isTooLong = true
      kept = []
      return
    }
    kept.append(contentsOf: body.readableBytesView)
  }

  /// What has come when the reply has ended.
  func finished() -> LoadReply.Answer {
    var answer = LoadReply.Answer(statusText: nil, messages: 0)
    switch form {
    case .other: break
    case .problem:
      guard !isTooLong, let problem = try? JSONValue.read(kept),
        let name = problem["code"]?.string,
        let code = StatusCode.allCases.first(where: { $0.name == name }), code != .ok
      else { break }
      answer.statusText = "\(code.rawValue)"
      // A failure without details has its code for a reason; as an RPC it would have none.
      answer.reason = problem["reason"]?.string.flatMap { $0 == name ? nil : $0 }
    case .success:
      guard check.isWhole else { break }
      answer.statusText = "0"
      answer.messages = 1
      answer.isReplay = isReplay
      if keepsMessage, let receipt = RESTReceipt.read(kept) { answer.message = receipt.wireBytes }
    }
    return answer
  }
}
