import Contracts
import Foundation
import Testing

@Suite struct DescriptorTests {
  @Test func `the descriptors that reflection shows are those of protoc`() async throws {
    let root = BuiltPrograms.root.path(percentEncoded: false)
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "orderly-descriptor-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    for file in FileDescriptor.own {
      let result = try await RunningProgram.run(
        "/usr/bin/protoc",
        [
          "--proto_path=\(root)/proto", "--proto_path=\(root)/Tests/Vectors/proto",
          "--descriptor_set_out=\(scratch.path(percentEncoded: false))", file.name,
        ])
      #expect(result.code == 0, "\(result.errors)")
      // A set of one file: a tag, a length and the file.
      let made = try Array(Data(contentsOf: scratch))
      #expect(made.suffix(file.bytes.count).elementsEqual(file.bytes), "run proto/describe")
      #expect(made.count - file.bytes.count <= 4)
    }
  }
}
