/// Body bytes of one stream that wait for the peer's windows, and what follows them. Chunks are
/// kept as they were handed in: a byte is copied once, into the frame that carries it.
struct OutgoingBody {
  enum End {
    /// More may be queued.
    case open
    case endStream
    case trailers
  }

  private(set) var unsentBytes = 0
  var end = End.open
  var trailers: [HeaderField] = []
  var moreTrailers: [HeaderField] = []
  private var chunks: [[UInt8]] = []
  private var first = 0
  private var offset = 0

  mutating func append(_ chunk: [UInt8]) {
    if chunk.isEmpty { return }
    chunks.append(chunk)
    unsentBytes += chunk.count
  }

  /// Moves up to `target.count` bytes into `target` and tells how many.
  mutating func move(into target: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while first < chunks.count && filled < target.count {
      let count = min(chunks[first].count - offset, target.count - filled)
      unsafe chunks[first].withUnsafeBytes { source in
        let part = unsafe UnsafeRawBufferPointer(rebasing: source[offset..<offset + count])
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + count])
        unsafe place.copyMemory(from: part)
      }
      filled += count
      offset += count
      if offset == chunks[first].count { dropFirst() }
    }
    unsentBytes -= filled
    return filled
  }

  /// Frees a chunk as soon as it is sent; the list of chunks itself is kept.
  private mutating func dropFirst() {
    chunks[first] = []
    first += 1
    offset = 0
    if first == chunks.count { forgetSent() }
    // A long reply never empties its queue, so the sent part must not grow with it.
    if first >= 64 && 2 * first >= chunks.count {
      chunks.removeFirst(first)
      first = 0
    }
  }

  private mutating func forgetSent() {
    chunks.removeAll(keepingCapacity: true)
    first = 0
  }

  mutating func removeAll() {
    forgetSent()
    offset = 0
    unsentBytes = 0
    end = .open
    trailers = []
    moreTrailers = []
  }
}
