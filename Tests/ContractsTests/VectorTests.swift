import Foundation
import Testing
import Wire

/// Our bytes against those of another implementation, and against everything near them.
@Suite struct VectorTests {
  @Test(arguments: Vector.all)
  func `what we write is what protoc writes`(vector: Vector) throws {
    if vector.isCanonical { #expect(try vector.encoded == vector.golden()) }
  }

  @Test(arguments: Vector.all)
  func `what protoc writes is read as the same value`(vector: Vector) throws {
    let read = try vector.decode(try vector.golden())
    #expect(read.isValue)
    #expect(read.written == vector.encoded)
  }

  @Test(arguments: Vector.all)
  func `fields of a newer peer change nothing, before or behind`(vector: Vector) throws {
    let extras = try Vector.bytes(of: "newer.v1.Extras/all")
    #expect(extras.count > 60)
    #expect(try vector.decode(extras + vector.golden()).isValue)
    #expect(try vector.decode(vector.golden() + extras).isValue)
  }

  @Test func `each vector on disk has a value here, and each value a vector`() throws {
    let here = Vector.all.map(\.testDescription) + ["newer.v1.Extras/all"]
    #expect(Set(here).count == here.count)
    #expect(try Self.onDisk(".bin") == Set(here))
    #expect(try Self.onDisk(".textproto") == Set(here))
  }

  @Test(arguments: Vector.all)
  func `every prefix is read or refused`(vector: Vector) throws {
    let golden = try vector.golden()
    for count in 0...golden.count { try Self.tryReading(Array(golden[..<count]), as: vector) }
  }

  @Test(arguments: Vector.all)
  func `every change of one bit is read or refused`(vector: Vector) throws {
    var bytes = try vector.golden()
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << UInt8(bit)
        try Self.tryReading(bytes, as: vector)
        bytes[index] ^= 1 << UInt8(bit)
      }
    }
  }

  /// What is read must be a value that holds: written and read again, it gives the same bytes.
  /// An error must point into the bytes.
  static func tryReading(_ bytes: [UInt8], as vector: Vector) throws {
    let written: [UInt8]
    do throws(WireError) {
      written = try vector.decode(bytes).written
    } catch {
      if !(0...bytes.count).contains(error.offset) {
        Issue.record("\(error) points outside of \(bytes.count) bytes")
      }
      return
    }
    let again = try vector.decode(written).written
    if again != written { Issue.record("\(bytes) is written as \(written), then as \(again)") }
  }

  private static func onDisk(_ suffix: String) throws -> Set<String> {
    var found: Set<String> = []
    for folder in try FileManager.default.contentsOfDirectory(atPath: Vector.folder.path) {
      let path = Vector.folder.appending(path: folder).path
      guard folder != "proto",
        let files = try? FileManager.default.contentsOfDirectory(atPath: path)
      else { continue }
      for file in files where file.hasSuffix(suffix) {
        found.insert("\(folder)/\(file.dropLast(suffix.count))")
      }
    }
    return found
  }
}
