import Wire

/// Bytes as one message with a field of every kind. What is read must be written and read again to
/// the same bytes; what is refused must be refused inside the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func readWire(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let written: [UInt8]
  do throws(WireError) {
    written = try Specimen.reading(input).wireBytes
  } catch {
    guard (0...count).contains(error.offset) else { fatalError("\(error) is outside of the input") }
    return 0
  }
  guard let again = try? Specimen.reading(written).wireBytes, again == written else {
    fatalError("not written as it was read")
  }
  return 0
}
