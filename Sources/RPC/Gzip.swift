internal import CZlib

/// gzip of single messages, through zlib. (RFC 1952)
enum Gzip {
  enum Failure: Error, Equatable {
    /// Not gzip, damaged, cut short, or followed by something else.
    case corrupt
    case overLimit
  }

  /// zlib's window of 32 KiB; 16 more asks for gzip's head and tail.
  private static let windowBits: Int32 = 15 + 16
  /// What is inflated at once: a message that would grow to gigabytes is found out after `limit`.
  private static let stepBytes = 65_536

  /// The message inside one gzip member, of at most `limit` bytes. Only so much is ever inflated.
  static func inflate(_ bytes: ArraySlice<UInt8>, limit: Int) throws(Failure) -> [UInt8] {
    var stream = unsafe z_stream()
    guard
      unsafe inflateInit2_(
        &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .corrupt }
    defer { unsafe inflateEnd(&stream) }
    var output: [UInt8] = []
    var step = [UInt8](repeating: 0, count: min(stepBytes, max(1, limit) + 1))
    var failure: Failure?
    unsafe bytes.withUnsafeBufferPointer { input in
      // zlib declares the input mutable and never writes through it.
      unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.avail_in = UInt32(clamping: input.count)
      while true {
        let (code, count) = unsafe step.withUnsafeMutableBufferPointer { room in
          unsafe stream.next_out = room.baseAddress
          unsafe stream.avail_out = UInt32(clamping: room.count)
          let code = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
          return unsafe (code, room.count - Int(stream.avail_out))
        }
        if output.count + count > limit {
          failure = .overLimit
          return
        }
        output.append(contentsOf: step.prefix(count))
        switch code {
        case Z_OK where count > 0: continue
        case Z_STREAM_END:
          if unsafe stream.avail_in > 0 { failure = .corrupt }
          return
        default:
          failure = .corrupt
          return
        }
      }
    }
    if let failure { throw failure }
    return output
  }

  /// One gzip member around `bytes`; nil when there is no memory for it.
  static func deflate(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var stream = unsafe z_stream()
    guard
      unsafe deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(clamping: deflateBound(&stream, UInt(bytes.count)))
    var output = [UInt8](repeating: 0, count: bound)
    let code = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { room in
        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.avail_in = UInt32(clamping: input.count)
        unsafe stream.next_out = room.baseAddress
        unsafe stream.avail_out = UInt32(clamping: room.count)
        return unsafe CZlib.deflate(&stream, Z_FINISH)
      }
    }
    guard code == Z_STREAM_END else { return nil }
    output.removeLast(unsafe Int(stream.avail_out))
    return output
  }
}
