/// Collects the fields of the header block that is being received. Header blocks of one connection
/// never interleave (RFC 9113 §4.3), so a session needs one builder, and its buffer is reused.
@safe @usableFromInline final class HeaderBlockBuilder {
  @usableFromInline static let prefixBytes = 8
  /// What a field costs beyond its bytes in SETTINGS_MAX_HEADER_LIST_SIZE. (RFC 9113 §6.5.2)
  static let fieldOverheadBytes = 32

  private var buffer: UnsafeMutableRawPointer
  private var capacity = 2048
  private var used = 0
  private(set) var count = 0
  /// Σ(name + value + 32) so far.
  private(set) var listBytes = 0

  init() { unsafe buffer = .allocate(byteCount: capacity, alignment: 1) }

  deinit { unsafe buffer.deallocate() }

  func removeAll() {
    used = 0
    count = 0
    listBytes = 0
  }

  /// Counts a field against the limits before a byte of it is kept.
  func count(nameBytes: Int, valueBytes: Int) {
    count += 1
    listBytes += nameBytes + valueBytes + Self.fieldOverheadBytes
  }

  func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    let needed = used + Self.prefixBytes + name.count + value.count
    if needed > capacity { grow(to: needed) }
    // nghttp2 takes no name or value above 65535 bytes, so the lengths fit.
    var place = unsafe buffer + used
    unsafe place.storeBytes(of: UInt32(truncatingIfNeeded: name.count), as: UInt32.self)
    unsafe place.storeBytes(
      of: UInt32(truncatingIfNeeded: value.count), toByteOffset: 4, as: UInt32.self)
    unsafe place += Self.prefixBytes
    if let start = name.baseAddress {
      unsafe place.copyMemory(from: start, byteCount: name.count)
    }
    unsafe place += name.count
    if let start = value.baseAddress {
      unsafe place.copyMemory(from: start, byteCount: value.count)
    }
    used = needed
  }

  /// The block as it stands. Copying leaves the builder its buffer, so that a block costs one
  /// allocation of its exact size.
  func block() -> HeaderBlock {
    HeaderBlock(
      buffer: unsafe [UInt8](UnsafeRawBufferPointer(start: buffer, count: used)), count: count)
  }

  private func grow(to needed: Int) {
    capacity = max(needed, 2 * capacity)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
    unsafe larger.copyMemory(from: buffer, byteCount: used)
    unsafe buffer.deallocate()
    unsafe buffer = larger
  }
}
