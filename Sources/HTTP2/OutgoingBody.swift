/// Body bytes of one stream that wait for the peer's windows, and what follows them. Chunks are
/// kept as they were handed in: a byte is copied once, into the frame that carries it.
struct OutgoingBody {
  enum End {
    /// More may be queued.
    case open
    case endStream
    case trailers([HeaderField], [HeaderField])
    /// Trailers that never change, as most replies have them.
    case constantTrailers(ConstantFields)
  }

  private(set) var unsentBytes = 0
  private(set) var sentBytes = 0
  var end = End.open
  /// The chunk being sent, apart from the others: a unary message is the only one.
  private var chunk: [UInt8] = []
  private var offset = 0
  /// Those behind it; nil where there never were any.
  private var later: ChunkQueue?

  var isOpen: Bool { if case .open = end { true } else { false } }

  mutating func append(_ bytes: consuming [UInt8]) {
    let count = bytes.count
    if count == 0 { return }
    if unsentBytes == 0 {
      chunk = bytes
      offset = 0
    } else {
      let later = self.later ?? ChunkQueue()
      later.append(bytes)
      self.later = later
    }
    unsentBytes += count
  }

  /// Moves up to `target.count` bytes into `target` and tells how many.
  mutating func move(into target: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while unsentBytes > 0 && filled < target.count {
      let count = min(chunk.count - offset, target.count - filled)
      unsafe chunk.withUnsafeBytes { source in
        let part = unsafe UnsafeRawBufferPointer(rebasing: source[offset..<offset + count])
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + count])
        unsafe place.copyMemory(from: part)
      }
      filled += count
      offset += count
      unsentBytes -= count
      if offset == chunk.count {
        // A chunk is freed as soon as it is sent.
        offset = 0
        chunk = later?.next() ?? []
      }
    }
    sentBytes &+= filled
    return filled
  }
}
