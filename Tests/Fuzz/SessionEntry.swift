import HTTP2

/// Bytes as what a peer sends, to a server or a client, as the lowest bit of the first byte says;
/// the rest of it says how they are cut. A session takes them or ends; it never traps, never
/// announces more streams than it allows, and never says more than whole frames.
@_cdecl("LLVMFuzzerTestOneInput")
public func feedSession(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = input.first else { return 0 }
  let role = first & 1 == 0 ? HTTP2Role.server : .client
  let cut = max(1, Int(first >> 1))
  guard let session = try? HTTP2Session(role: role, settings: .server, now: 0) else {
    fatalError("no session")
  }
  if role == .client {
    let fields = [
      (":method", "POST"), (":scheme", "http"), (":path", "/s/m"), (":authority", "a"),
    ].map { HeaderField(Array($0.0.utf8), Array($0.1.utf8)) }
    for _ in 0..<3 { _ = try? session.submitRequest(fields, body: [1, 2, 3], endStream: true) }
  }
  // The preface is there, or hardly any input would come past it.
  let preface = role == .server ? Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) : []
  let bytes = preface + input.dropFirst()
  var open: Set<StreamID> = []
  do throws(HTTP2ConnectionError) {
    for from in stride(from: 0, to: bytes.count, by: cut) {
      let part = Array(bytes[from..<min(from + cut, bytes.count)])
      try session.receive(part, now: UInt64(from))
      take(session, part, &open)
      try session.drain { _ in }
      take(session, part, &open)
      if !session.isOpen { return 0 }
    }
  } catch {
    // The end it announces is the last it says.
    try? session.drain { _ in }
    while session.nextEvent() != nil {}
  }
  return 0
}

private func take(_ session: HTTP2Session, _ bytes: [UInt8], _ open: inout Set<StreamID>) {
  while let event = session.nextEvent() {
    switch event {
    case .headers(let stream, _, .request, let endStream):
      guard open.insert(stream).inserted, open.count <= 256 else { fatalError("too many streams") }
      let status = [HeaderField(Array(":status".utf8), Array("200".utf8))]
      if endStream {
        try? session.submitReply(status, body: [1], trailers: status, on: stream)
      }
    case .data(let stream, let range):
      guard range.upperBound <= bytes.count else { fatalError("data outside of the input") }
      session.consume(range.count, on: stream)
    case .closed(let stream, _):
      if open.remove(stream) != nil { session.releaseSlot() }
    default: break
    }
  }
}
