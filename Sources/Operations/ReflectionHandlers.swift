public import Contracts
public import RPC

/// `grpc.reflection.v1.ServerReflection` of one server, so that grpcurl and its like can list and
/// call what it serves without its .proto files. (gRFC A15)
public struct ReflectionHandlers: Sendable {
  private let services: [String]
  private let files: [String: FileDescriptor]
  private let fileOfSymbol: [String: String]

  /// - Parameter services: Full names of what the server serves, beside reflection itself.
  public init(services: [String], files: [FileDescriptor] = FileDescriptor.own) {
    self.services = (services + [ReflectionAPI.service]).sorted()
    self.files = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    fileOfSymbol = Dictionary(
      files.flatMap { file in file.symbols.map { ($0, file.name) } },
      uniquingKeysWith: { first, _ in first })
  }

  public func register(in router: inout Router) {
    router.bidirectional(ReflectionAPI.info) { (requests, replies, _) throws(RPCError) in
      while let request = try await requests.next() {
        try await replies.write(ReflectionResponse(answer(request), to: request))
      }
    }
  }

  func answer(_ request: ReflectionRequest) -> ReflectionResponse.Answer {
    switch request.query {
    case .listServices: .services(services)
    case .fileByFilename(let name): withImports(name) ?? Self.notFound("no file \(name)")
    case .fileContainingSymbol(let name):
      fileOfSymbol[name].flatMap { withImports($0) } ?? Self.notFound("no symbol \(name)")
    case .fileContainingExtension(let request):
      Self.notFound("\(request.containingType) has no extensions")
    case .allExtensionNumbersOfType(let name): Self.notFound("\(name) has no extensions")
    case nil:
      .failure(
        code: Int32(StatusCode.invalidArgument.rawValue), message: "the request asks nothing")
    }
  }

  /// The file and everything it imports, itself first.
  private func withImports(_ name: String) -> ReflectionResponse.Answer? {
    var seen: Set<String> = []
    var waiting = [name], found: [[UInt8]] = []
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      guard let file = files[next] else { return nil }
      found.append(file.bytes)
      waiting += file.dependencies
    }
    return .files(found)
  }

  private static func notFound(_ message: String) -> ReflectionResponse.Answer {
    .failure(code: Int32(StatusCode.notFound.rawValue), message: message)
  }
}
