/// Body bytes of one stream that wait for the peer's windows, and what follows them. Chunks are
/// kept as they were handed in: a byte is copied once, into the frame that carries it.
final class OutgoingBody {
  enum End {
    /// More may be queued.
    case open
    case endStream
    case trailers
  }

  private(set) var unsentBytes = 0
  private(set) var sentBytes = 0
  var end = End.open
  /// Before the other two; most replies have these alone.
  var constantTrailers: ConstantFields?
  var trailers: [HeaderField] = []
  var moreTrailers: [HeaderField] = []
  /// The chunk being sent, apart from the others: a unary message is the only one.
  private var chunk: [UInt8] = []
  private var offset = 0
  private var later: [[UInt8]] = []
  private var laterFirst = 0
  private var laterCount = 0

  func append(_ bytes: consuming [UInt8]) {
    let count = bytes.count
    if count == 0 { return }
    if unsentBytes == 0 {
      chunk = bytes
      offset = 0
    } else {
      later.append(bytes)
      laterCount += 1
    }
    unsentBytes += count
  }

  /// Moves up to `target.count` bytes into `target` and tells how many.
  func move(into target: UnsafeMutableRawBufferPointer) -> Int {
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
      if offset == chunk.count { nextChunk() }
    }
    sentBytes &+= filled
    return filled
  }

  /// Frees a chunk as soon as it is sent.
  private func nextChunk() {
    offset = 0
    guard laterFirst < laterCount else {
      chunk = []
      return
    }
    chunk = later[laterFirst]
    later[laterFirst] = []
    laterFirst += 1
    // A long reply may never empty its queue, so what is sent must not stay in it.
    if laterFirst == laterCount || laterFirst >= 64 {
      later.removeFirst(laterFirst)
      laterCount -= laterFirst
      laterFirst = 0
    }
  }

  func removeAll() {
    chunk = []
    offset = 0
    if laterCount > 0 { later = [] }
    laterFirst = 0
    laterCount = 0
    unsentBytes = 0
    sentBytes = 0
    end = .open
    constantTrailers = nil
    if !trailers.isEmpty { trailers = [] }
    if !moreTrailers.isEmpty { moreTrailers = [] }
  }
}
