internal import HTTP2
internal import NIOCore
internal import RPC

/// The reply of one request while it comes in. It counts messages instead of keeping them, so an
/// answer that is right costs no allocation, however long it is.
struct ReplyReading {
  private var answer: LoadReply.Answer
  private var hasHead = false
  private let keepsMessage: Bool
  /// Bytes of the envelope before the message that comes next.
  private var prefixCount = 0
  private var length = 0
  /// Bytes of the message under way that are still to come.
  private var bytesLeft = 0
  private var isBroken = false

  init(keepsMessage: Bool) {
    self.keepsMessage = keepsMessage
    answer = LoadReply.Answer(isHTTPSuccess: false, isGRPC: false, statusText: nil, messages: 0)
  }

  /// What has come when the stream has ended.
  func finished() -> LoadReply.Answer {
    var answer = answer
    answer.isCut = isBroken || prefixCount > 0 || bytesLeft > 0
    if isBroken { answer.statusText = nil }
    return answer
  }

  /// A header block that is not informational: the head, the trailers, or both at once.
  mutating func receive(_ block: HeaderBlock, endStream: Bool) {
    for field in block {
      if !hasHead, block.matches(field.name, ":status") {
        answer.isHTTPSuccess = block.matches(field.value, "200")
      } else if !hasHead, block.matches(field.name, "content-type") {
        answer.isGRPC = block[field.value].starts(with: "application/grpc".utf8)
      } else if endStream, block.matches(field.name, "grpc-status") {
        answer.statusText =
          block.matches(field.value, "0")
          ? "0" : String(decoding: block[field.value], as: UTF8.self)
      } else if keepsMessage, endStream, block.matches(field.name, "orderly-replayed") {
        answer.isReplay = block.matches(field.value, "true")
      }
    }
    hasHead = true
    if endStream, answer.statusText != "0", answer.statusText != nil {
      answer.reason = Self.reason(block)
    }
  }

  /// Failures are read by the same code as in any client; only they pay for it.
  private static func reason(_ block: HeaderBlock) -> String? {
    var call = ClientCall(receiveMessageBytesMax: 0, errorBodyBytesMax: 0)
    return call.receive(block, .trailers, endStream: true)?.error?.detail(ErrorInfo.self)?.reason
  }

  /// Bytes of the body: `count` bytes of `buffer` from `offset` after its reader on.
  mutating func receive(_ buffer: ByteBuffer, _ range: Range<Int>) {
    var index = buffer.readerIndex + range.lowerBound
    let end = buffer.readerIndex + range.upperBound
    while index < end, !isBroken {
      if bytesLeft > 0 {
        let count = min(bytesLeft, end - index)
        keep(buffer, index, count)
        index += count
        bytesLeft -= count
        if bytesLeft == 0 { answer.messages += 1 }
      } else {
        guard let byte = buffer.getInteger(at: index, as: UInt8.self) else { return }
        index += 1
        takePrefix(byte)
      }
    }
  }

  /// Flags and a big-endian length. (PROTOCOL-HTTP2, Length-Prefixed-Message)
  private mutating func takePrefix(_ byte: UInt8) {
    if prefixCount == 0 {
      // Compression was not offered, so flag 1 is as wrong as one that does not exist.
      isBroken = byte != 0
      length = 0
    } else {
      length = length << 8 | Int(byte)
    }
    prefixCount += 1
    guard prefixCount == Envelope.byteCount else { return }
    prefixCount = 0
    bytesLeft = length
    if length == 0 { answer.messages += 1 }
  }

  private mutating func keep(_ buffer: ByteBuffer, _ index: Int, _ count: Int) {
    guard keepsMessage, answer.messages == 0, answer.message.count < Self.keptBytesMax,
      let bytes = buffer.getBytes(at: index, length: count)
    else { return }
    answer.message += bytes
  }

  /// A receipt of the largest order; what is longer is none.
  private static let keptBytesMax = 65_536
}
