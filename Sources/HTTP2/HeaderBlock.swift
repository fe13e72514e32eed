/// A header block as it was received: one allocation holds all its fields, and nothing becomes a
/// `String` before somebody asks for one.
///
///     ┌ name length, 4 bytes ┬ value length, 4 bytes ┬ name ┬ value ┐  then the next field
///
/// Lengths are in the machine's byte order: the buffer never leaves the process.
public struct HeaderBlock: Sendable, Equatable {
  /// Where a field's name and value lie in `bytes`.
  public struct Field: Sendable {
    public let name: Range<Int>
    public let value: Range<Int>

    @inlinable init(name: Range<Int>, value: Range<Int>) {
      self.name = name
      self.value = value
    }
  }

  @usableFromInline let buffer: [UInt8]
  /// How many fields there are.
  public let count: Int

  init(buffer: [UInt8], count: Int) {
    self.buffer = buffer
    self.count = count
  }

  /// A block without fields.
  public static let empty = HeaderBlock(buffer: [], count: 0)

  /// What the ranges of a `Field` point into.
  public var bytes: Span<UInt8> { @_lifetime(borrow self) get { buffer.span } }

  /// The field that begins at `offset`: the first at 0, each other at the end of the one before.
  /// Nil at the end.
  @inlinable public func field(at offset: Int) -> Field? { Self.field(in: buffer, at: offset) }

  public subscript(range: Range<Int>) -> ArraySlice<UInt8> { buffer[range] }

  /// The value of the first field called `name`, or nil.
  public func value(of name: StaticString) -> ArraySlice<UInt8>? {
    for field in self where self.matches(field.name, name) { return buffer[field.value] }
    return nil
  }

  /// Whether the bytes of `range` are those of `text`. Eight at a time: every name a server looks
  /// for is compared in two or three steps.
  @inlinable public func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard range.count == count, range.upperBound <= buffer.count, text.hasPointerRepresentation
    else { return false }
    // A static string lives as long as the program, so its pointer is good here.
    let wanted = unsafe UnsafeRawPointer(text.utf8Start)
    return unsafe buffer.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return count == 0 }
      return unsafe Self.equal(start + range.lowerBound, wanted, count)
    }
  }

  /// Whether the bytes of `range` are `wanted`.
  public func matches(_ range: Range<Int>, _ wanted: [UInt8]) -> Bool {
    guard range.count == wanted.count, range.upperBound <= buffer.count else { return false }
    return unsafe buffer.withUnsafeBytes { bytes in
      unsafe wanted.withUnsafeBytes { wanted in
        guard let start = bytes.baseAddress, let other = wanted.baseAddress else { return true }
        return unsafe Self.equal(start + range.lowerBound, other, range.count)
      }
    }
  }

  @inlinable static func equal(
    _ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int
  ) -> Bool {
    var offset = 0
    while offset + 8 <= count {
      let left = unsafe one.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let right = unsafe other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if left != right { return false }
      offset += 8
    }
    while offset < count {
      let left = unsafe one.load(fromByteOffset: offset, as: UInt8.self)
      let right = unsafe other.load(fromByteOffset: offset, as: UInt8.self)
      if left != right { return false }
      offset += 1
    }
    return true
  }
}

extension HeaderBlock: Sequence {
  public struct Iterator: IteratorProtocol {
    @usableFromInline let buffer: [UInt8]
    @usableFromInline var offset = 0

    @inlinable init(buffer: [UInt8]) { self.buffer = buffer }

    @inlinable public mutating func next() -> Field? {
      guard let field = HeaderBlock.field(in: buffer, at: offset) else { return nil }
      offset = field.value.upperBound
      return field
    }
  }

  public var underestimatedCount: Int { count }

  @inlinable public func makeIterator() -> Iterator { Iterator(buffer: buffer) }

  @inlinable static func field(in buffer: [UInt8], at offset: Int) -> Field? {
    guard offset + HeaderBlockBuilder.prefixBytes <= buffer.count else { return nil }
    let bytes = unsafe buffer.span.bytes
    // The builder wrote both lengths, so they are in range whatever the peer sent.
    let name = unsafe Int(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let value = unsafe Int(bytes.unsafeLoadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    let start = offset + HeaderBlockBuilder.prefixBytes
    return Field(name: start..<start + name, value: start + name..<start + name + value)
  }
}
