/// Chunks of a body behind the one that is being sent.
final class ChunkQueue {
  private var chunks: [[UInt8]] = []
  private var first = 0

  func append(_ chunk: consuming [UInt8]) { chunks.append(chunk) }

  func next() -> [UInt8]? {
    guard first < chunks.count else { return nil }
    let chunk = chunks[first]
    chunks[first] = []
    first += 1
    // A long reply may never empty its queue, so what is sent must not stay in it.
    if first == chunks.count || first >= Self.sentMax {
      chunks.removeFirst(first)
      first = 0
    }
    return chunk
  }

  private static let sentMax = 64
}
