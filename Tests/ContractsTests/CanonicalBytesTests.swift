import Contracts
import Testing

@Suite struct CanonicalBytesTests {
  @Test func `numbers are big-endian and strings follow their length`() {
    var canonical = CanonicalBytes()
    canonical.raw("ab")
    canonical.raw(byte: 0)
    canonical.string("xyz")
    canonical.count(258)
    canonical.quantity(0x01_02_03_04)
    #expect(
      canonical.bytes == [97, 98, 0, 0, 3, 120, 121, 122, 1, 2, 1, 2, 3, 4])
  }

  @Test func `moving a character from one string to the next changes the bytes`() {
    var one = CanonicalBytes()
    one.string("ab")
    one.string("c")
    var other = CanonicalBytes()
    other.string("a")
    other.string("bc")
    #expect(one.bytes != other.bytes)
  }
}
