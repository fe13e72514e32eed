internal import RPC

extension Outcome {
  /// Judges a reply.
  ///
  /// OK takes four things at once: HTTP 200, a gRPC content type, exactly one whole message and
  /// `grpc-status` 0. A failure needs only its status: servers answer errors without a message, and
  /// proxies with other HTTP statuses. (gRPC PROTOCOL-HTTP2, Responses)
  init(_ ending: LoadReply.Ending) {
    switch ending {
    case .failed(let cause): self = .transport(cause)
    case .deadline: self = .deadline
    case .unfinished: self = .unfinished
    case .shed: self = .shed
    case .answer(let answer):
      guard let code = Self.code(answer.statusText) else {
        self = .malformed
        return
      }
      let isWhole = answer.messages == 1 && !answer.isCut
      let isRight = answer.isHTTPSuccess && answer.isGRPC && isWhole
      self = code == .ok && !isRight ? .malformed : .status(code)
    }
  }

  /// 0 to 16 in decimal without leading zeros, as the protocol has it; nil for all else.
  private static func code(_ text: String?) -> StatusCode? {
    if text == "0" { return .ok }
    guard let text, text.utf8.count <= 2, text == "0" || !text.hasPrefix("0"),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int(text)
    else { return nil }
    return StatusCode(rawValue: number)
  }
}
