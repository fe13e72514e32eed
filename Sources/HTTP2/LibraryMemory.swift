internal import CNghttp2

/// Where a session's nghttp2 gets its memory: what it frees is kept by size and handed out again.
///
/// nghttp2 makes about ten small objects for each stream and frees them with it. A session lives on
/// one event loop, so its own lists need no lock and no search, which no allocator for everybody
/// can promise.
@safe final class LibraryMemory {
  /// Sizes are rounded up to this; blocks above `pooledBytesMax` are not kept.
  private static let stepBytes = 64
  private static let pooledBytesMax = 1024
  /// Beyond this, blocks go back to the allocator. Enough for all streams of a connection at once,
  /// or a loaded one would make and free most of its objects anew with each read.
  private static let keptBytesMax = 512 * 1024
  /// Before each block: its size. Sixteen bytes keep what follows aligned for any C type.
  private static let headBytes = 16

  @safe private struct List {
    var first: UnsafeMutableRawPointer?
  }

  /// Held by pointer, so that a look at it is not checked for exclusive access each time.
  private let lists: UnsafeMutablePointer<List>
  private let keptBytes: UnsafeMutablePointer<Int>
  private static let listCount = pooledBytesMax / stepBytes + 1

  init() {
    unsafe lists = .allocate(capacity: Self.listCount)
    unsafe lists.initialize(repeating: List(), count: Self.listCount)
    unsafe keptBytes = .allocate(capacity: 1)
    unsafe keptBytes.initialize(to: 0)
  }

  /// The session must be gone: it frees into these lists.
  deinit {
    trim()
    unsafe lists.deallocate()
    unsafe keptBytes.deallocate()
  }

  /// Gives back all that is kept. What a burst needed must not stay with a connection that rests.
  func trim() {
    for index in 0..<Self.listCount {
      while let block = unsafe lists[index].first {
        unsafe lists[index].first = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe (block - Self.headBytes).deallocate()
      }
    }
    unsafe keptBytes.pointee = 0
  }

  /// Calls `body` with the table of functions that nghttp2 takes memory from.
  func withTable<Result>(_ body: (UnsafeMutablePointer<nghttp2_mem>) -> Result) -> Result {
    var table = unsafe nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, owner in unsafe LibraryMemory.of(owner) { unsafe $0.take(size) } },
      free: { block, owner in unsafe LibraryMemory.of(owner) { unsafe $0.give(block) } },
      calloc: { count, size, owner in
        let (total, isOver) = count.multipliedReportingOverflow(by: size)
        guard !isOver else { return nil }
        return unsafe LibraryMemory.of(owner) {
          let block = unsafe $0.take(total)
          unsafe block?.initializeMemory(as: UInt8.self, repeating: 0, count: total)
          return unsafe block
        }
      },
      realloc: { block, size, owner in
        unsafe LibraryMemory.of(owner) { unsafe $0.change(block, to: size) }
      })
    return unsafe body(&table)
  }

  @inline(__always)
  private static func of<Result>(
    _ owner: UnsafeMutableRawPointer?, _ body: (LibraryMemory) -> Result
  ) -> Result {
    // nghttp2 hands back the pointer of `withTable`, which is never nil.
    unsafe Unmanaged<LibraryMemory>.fromOpaque(owner.unsafelyUnwrapped)
      ._withUnsafeGuaranteedRef(body)
  }

  private func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let list = (size + Self.stepBytes - 1) / Self.stepBytes
    guard size <= Self.pooledBytesMax else { return unsafe fresh(size) }
    if let block = unsafe lists[list].first {
      unsafe lists[list].first = block.load(as: UnsafeMutableRawPointer?.self)
      unsafe keptBytes.pointee -= list * Self.stepBytes
      return unsafe block
    }
    return unsafe fresh(list * Self.stepBytes)
  }

  private func fresh(_ size: Int) -> UnsafeMutableRawPointer {
    let size = max(size, Self.stepBytes)
    let start = UnsafeMutableRawPointer.allocate(
      byteCount: size + Self.headBytes, alignment: Self.headBytes)
    unsafe start.storeBytes(of: size, as: Int.self)
    return unsafe start + Self.headBytes
  }

  private func give(_ block: UnsafeMutableRawPointer?) {
    guard let block = unsafe block else { return }
    let size = unsafe (block - Self.headBytes).load(as: Int.self)
    let list = size / Self.stepBytes
    if size <= Self.pooledBytesMax, unsafe keptBytes.pointee < Self.keptBytesMax {
      unsafe block.storeBytes(of: lists[list].first, as: UnsafeMutableRawPointer?.self)
      unsafe lists[list].first = block
      unsafe keptBytes.pointee += list * Self.stepBytes
    } else {
      unsafe (block - Self.headBytes).deallocate()
    }
  }

  private func change(
    _ block: UnsafeMutableRawPointer?, to size: Int
  ) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return unsafe take(size) }
    let old = unsafe (block - Self.headBytes).load(as: Int.self)
    if size <= old { return unsafe block }
    guard let larger = unsafe take(size) else { return nil }
    unsafe larger.copyMemory(from: block, byteCount: old)
    unsafe give(block)
    return unsafe larger
  }
}
