import RPC

/// Bytes as the body of a stream, cut into frames as the first of them says. However it is cut, the
/// same messages come out, and none that is longer than the limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func readEnvelopes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard let cut = input.first else { return 0 }
  let body = Array(input.dropFirst())
  guard outcome(body, cut: max(1, Int(cut))) == outcome(body, cut: max(1, body.count)) else {
    fatalError("how the stream was cut makes a difference")
  }
  return 0
}

/// The messages, and what was wrong with the rest.
private func outcome(_ body: [UInt8], cut: Int) -> String {
  let limit = 4096
  var reader = EnvelopeReader(limit: limit, isCompressionNamed: true)
  var messages: [[UInt8]] = []
  do throws(EnvelopeError) {
    for from in stride(from: 0, to: body.count, by: cut) {
      let part = Array(body[from..<min(from + cut, body.count)])
      unsafe reader.append(part.span.bytes)
      while let range = try reader.next() {
        if range.count > limit { fatalError("a message of \(range.count) bytes") }
        messages.append(Array(reader.buffer[range]))
      }
    }
    try reader.finish()
    return "\(messages)"
  } catch {
    return "\(messages) \(error)"
  }
}
