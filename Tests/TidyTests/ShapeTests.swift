import Foundation
import Testing

/// How the tree reads: sizes, names, and what may lie at its top.
@Suite struct ShapeTests {
  static let linesMax = 400
  static let columnsMax = 100

  @Test(arguments: ["Sources", "Tests"])
  func `no file passes 400 lines, and no line 100 columns`(folder: String) throws {
    for file in try SourceTree.swiftFiles(folder) {
      #expect(file.lines.count <= Self.linesMax + 1, "\(file.path) has \(file.lines.count) lines")
      for (index, line) in file.lines.enumerated() {
        #expect(
          line.count <= Self.columnsMax, "\(file.path):\(index + 1) has \(line.count) columns")
      }
    }
  }

  @Test(arguments: ["Sources", "Tests"])
  func `no name is a drawer for whatever comes`(folder: String) throws {
    let banned = ["Utils", "Util", "Helper", "Helpers", "Manager", "Common", "Impl", "Misc"]
    for file in try SourceTree.swiftFiles(folder) {
      for part in file.path.dropLast(".swift".count).split(separator: "/") {
        for word in banned {
          #expect(!part.hasSuffix(word), "\(file.path)")
        }
      }
      for word in banned {
        for kind in ["struct", "class", "enum", "actor", "protocol"] {
          let pattern = try Regex("\\b\(kind) [A-Za-z]*\(word)\\b")
          #expect(file.code.firstMatch(of: pattern) == nil, "\(file.path) declares a \(word)")
        }
      }
    }
  }

  @Test func `no type bears its module's bare name`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      for kind in ["struct", "class", "enum", "actor", "protocol"] {
        let pattern = try Regex("\\b\(kind) \(file.module)\\b")
        #expect(file.code.firstMatch(of: pattern) == nil, "\(file.path)")
      }
    }
  }

  @Test func `a file is named after what it holds`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      guard file.name != "main.swift", file.name != "Package.swift" else { continue }
      let type =
        file.name.dropLast(".swift".count).split(separator: "+").first.map(String.init) ?? ""
      let pattern = try Regex(
        "\\b(struct|class|enum|actor|protocol|extension|typealias) ([A-Za-z0-9]+\\.)*\(type)\\b")
      #expect(file.code.firstMatch(of: pattern) != nil, "\(file.path) holds no \(type)")
    }
  }

  @Test func `the visible top level is as it was given`() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: SourceTree.root.path(percentEncoded: false))
    let visible = Set(names.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" })
    #expect(visible == ["Package.swift", "Sources", "Tests", "proto", "docker", "README.md"])
  }

  @Test func `what git must not keep is ignored`() throws {
    let ignored = try SourceTree.text(".gitignore").split(separator: "\n")
    #expect(ignored.contains("/.build/"))
    #expect(ignored.contains("/Package.resolved"))
  }

  @Test func `the project reads whole by itself`() throws {
    // Put together, so that this file does not find itself.
    let outside = [
      "../" + "shared", "spec/" + "rpc.md", "spec/" + "ordering.md", "/work/" + "main",
    ]
    var files = try SourceTree.swiftFiles("Sources") + SourceTree.swiftFiles("Tests")
    files.append(SourceTree.File(path: "README.md", text: try SourceTree.text("README.md")))
    for file in files {
      for word in outside { #expect(!file.text.contains(word), "\(file.path) names \(word)") }
    }
  }
}
