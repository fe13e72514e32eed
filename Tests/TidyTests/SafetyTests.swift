import Foundation
import Testing

/// Where memory may be touched by hand, and what may not stand where a peer's bytes pass.
@Suite struct SafetyTests {
  /// The files that may say `unsafe`, each with its reason. A new one is a decision, not a detail.
  static let unsafeFiles: Set<String> = [
    // Wire: reads bytes in place, inside bounds it has checked.
    "Sources/Wire/WireReader+Values.swift",
    "Sources/Wire/WireReader.swift",
    // HTTP2: exchanges pointers with nghttp2.
    "Sources/HTTP2/ConstantFields.swift",
    "Sources/HTTP2/EventQueue.swift",
    "Sources/HTTP2/FrameWalker.swift",
    "Sources/HTTP2/HTTP2Session+EntryPoints.swift",
    "Sources/HTTP2/HTTP2Session+Setup.swift",
    "Sources/HTTP2/HTTP2Session+Submit.swift",
    "Sources/HTTP2/HTTP2Session.swift",
    "Sources/HTTP2/HeaderBlock.swift",
    "Sources/HTTP2/HeaderBlockBuilder.swift",
    "Sources/HTTP2/HeaderVector.swift",
    "Sources/HTTP2/LibraryMemory.swift",
    "Sources/HTTP2/OutgoingBody.swift",
    "Sources/HTTP2/StreamPlaces.swift",
    "Sources/HTTP2/StreamTable.swift",
    // RPC: compares and copies received bytes in place, and hands them to zlib.
    "Sources/RPC/EnvelopeReader.swift",
    "Sources/RPC/ForeignBody.swift",
    "Sources/RPC/Gzip.swift",
    "Sources/RPC/HandlerTask.swift",
    "Sources/RPC/RequestHead.swift",
    // Transport: a task executor refers to itself uncounted, and names are asked of the system.
    "Sources/Transport/EventLoopExecutor.swift",
    "Sources/Transport/SystemResolver.swift",
    // Postgres: exchanges pointers with libpq and the system.
    "Sources/Postgres/ConnectionThread+Spawn.swift",
    "Sources/Postgres/ConnectionThread.swift",
    "Sources/Postgres/LibpqLink+Results.swift",
    "Sources/Postgres/LibpqLink.swift",
    "Sources/Postgres/PasswordEntry.swift",
    "Sources/Postgres/PostgresConnection.swift",
    // Operations: writes to a standard stream.
    "Sources/Operations/StandardStream.swift",
    // Orders: reads the wall clock from the system.
    "Sources/Orders/WallClock.swift",
    // RPCLoad: asks the terminal for its size.
    "Sources/RPCLoad/TerminalSize.swift",
  ]

  @Test func `unsafe stands only in the files that touch C or raw memory`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      let isListed = Self.unsafeFiles.contains(file.path)
      let uses = Words.contains("unsafe", in: file.code)
      #expect(
        uses == isListed, "\(file.path) \(uses ? "uses unsafe unlisted" : "is listed in vain")")
    }
  }

  @Test func `what stands in for the compiler's checks says why`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      let lines = file.lines
      for (index, line) in lines.enumerated() {
        let code = CodeText.strip(String(line))
        guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else {
          continue
        }
        let above = lines[max(0, index - 8)..<index]
        #expect(
          above.contains { $0.contains("///") || $0.contains("// ") },
          "\(file.path):\(index + 1) has no reason above it")
      }
    }
  }

  @Test func `nothing on the way of a peer's bytes can trap by one word`() throws {
    let modules = [
      "Wire", "HTTP2", "RPC", "Transport", "Contracts", "Postgres", "Inventory", "Orders", "Edge",
      "Operations", "LoadTest", "Orderly", "RPCLoad",
    ]
    for file in try SourceTree.swiftFiles("Sources") where modules.contains(file.module) {
      let code = file.code
      for word in ["try!", "as!", "fatalError(", "precondition(", "preconditionFailure("] {
        #expect(!code.contains(word), "\(file.path) has \(word)")
      }
      #expect(!Self.hasForceUnwrap(code), "\(file.path) unwraps by force")
    }
  }

  /// `value!`, `call()!`, `array[0]!` — not `!flag`, `!=` or a comment.
  static func hasForceUnwrap(_ code: String) -> Bool {
    let characters = Array(code)
    for (index, character) in characters.enumerated() where character == "!" && index > 0 {
      let before = characters[index - 1]
      let after = index + 1 < characters.count ? characters[index + 1] : " "
      guard before.isLetter || before.isNumber || before == ")" || before == "]" || before == "_"
      else { continue }
      if after == "=", index + 2 < characters.count, characters[index + 2] == " " { continue }
      return true
    }
    return false
  }

  @Test func `the check itself tells an unwrap from a negation`() {
    #expect(Self.hasForceUnwrap("let a = b!"))
    #expect(Self.hasForceUnwrap("f()!.g"))
    #expect(Self.hasForceUnwrap("a[0]! + 1"))
    #expect(!Self.hasForceUnwrap("if !a { }"))
    #expect(!Self.hasForceUnwrap("a != b"))
    #expect(!Self.hasForceUnwrap(CodeText.strip("let a = 1  // wow!")))
    #expect(!Self.hasForceUnwrap(CodeText.strip("let a = \"wow!\"")))
  }
}
