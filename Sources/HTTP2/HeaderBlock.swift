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

  public subscript(range: Range<Int>) -> ArraySlice<UInt8> { buffer[range] }

  /// The value of the first field called `name`, or nil.
  public func value(of name: StaticString) -> ArraySlice<UInt8>? {
    for field in self where self.matches(field.name, name) { return buffer[field.value] }
    return nil
  }

  /// Whether the bytes of `range` are those of `text`.
  public func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount, text.hasPointerRepresentation else { return false }
    // A static string lives as long as the program, so its pointer is good here.
    let wanted = unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: range.count)
    let span = buffer.span.extracting(range)
    for index in span.indices where unsafe span[index] != wanted[index] { return false }
    return true
  }
}

extension HeaderBlock: Sequence {
  public struct Iterator: IteratorProtocol {
    let buffer: [UInt8]
    var offset = 0

    public mutating func next() -> Field? {
      guard let field = HeaderBlock.field(in: buffer, at: offset) else { return nil }
      offset = field.value.upperBound
      return field
    }
  }

  public var underestimatedCount: Int { count }

  public func makeIterator() -> Iterator { Iterator(buffer: buffer) }

  private static func field(in buffer: [UInt8], at offset: Int) -> Field? {
    guard offset + HeaderBlockBuilder.prefixBytes <= buffer.count else { return nil }
    let bytes = unsafe buffer.span.bytes
    // The builder wrote both lengths, so they are in range whatever the peer sent.
    let name = unsafe Int(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let value = unsafe Int(bytes.unsafeLoadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    let start = offset + HeaderBlockBuilder.prefixBytes
    return Field(name: start..<start + name, value: start + name..<start + name + value)
  }
}
