import Contracts
import RPC
import Testing
import Wire

/// What a message can grow to when it is read. Two bytes on the wire, a tag and a length of 0, are
/// the least that an element takes; its array holds it, spare room beside it, and while it grows
/// also the array that it leaves.
@Suite struct DecodedSizeTests {
  /// What reading n bytes may hold is 128·n, beside what is there anyway.
  static let bytesPerWireByteMax = 128

  @Test(arguments: ContractAgreementTests.files)
  func `no repeated field holds more than 128 bytes for each byte on the wire`(
    path: String
  ) throws {
    let file = try ContractAgreementTests.file(path)
    for (name, fields) in file.messages {
      for field in fields where field.label == "repeated" {
        // A full array, and the one to move into: a quarter larger for messages, else twice as
        // large.
        let perElement =
          if let element = Self.message(field.type, in: name, of: file) {
            Self.stride(of: element) * 9 / 4
          } else {
            try #require(field.type == "string" ? MemoryLayout<String>.stride : nil) * 3
          }
        #expect(perElement <= Self.bytesPerWireByteMax * 2, "\(name).\(field.name)")
      }
    }
  }

  /// The same measured: the capacity that a message of nothing but empty elements ends with.
  @Test(arguments: [1, 1000, 32_769, 65_536])
  func `empty elements are held in no more than their bytes allow`(count: Int) throws {
    let empty: [UInt8] = [0x12, 0x00]  // AdjustStockResponse.items
    let bytes = (0..<count).flatMap { _ in empty }
    let read = try AdjustStockResponse(wireBytes: bytes)
    #expect(read.items.count == count)
    let held = read.items.capacity * MemoryLayout<StockFigure>.stride
    #expect(held <= Self.bytesPerWireByteMax * bytes.count + 65536)
  }

  private static func message(
    _ type: String, in outer: String, of file: ProtoFile
  ) -> (any WireMessage.Type)? {
    if type == "google.protobuf.Any" { return AnyDetail.self }
    let messages = ContractAgreementTests.messages
    return messages["\(file.package).\(type)"] ?? messages["\(file.package).\(outer).\(type)"]
  }

  private static func stride<Message: WireMessage>(of _: Message.Type) -> Int {
    MemoryLayout<Message>.stride
  }
}
