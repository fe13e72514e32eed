public import Wire

/// `grpc.reflection.v1.ServerReflectionRequest`. Asks one thing of a server's descriptors.
public struct ReflectionRequest: WireMessage, Equatable {
  public enum Query: Equatable, Sendable {
    case fileByFilename(String)
    case fileContainingSymbol(String)
    /// Of the extension with this number of this message. proto3 has none.
    case fileContainingExtension(ExtensionRequest)
    case allExtensionNumbersOfType(String)
    case listServices(String)
  }

  public var host = ""
  /// The one that came last, as with any oneof.
  public var query: Query?

  private enum Field {
    static let host = 1
    static let fileByFilename = 3
    static let fileContainingSymbol = 4
    static let fileContainingExtension = 5
    static let allExtensionNumbersOfType = 6
    static let listServices = 7
  }

  public init() {}

  public init(_ query: Query) { self.query = query }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.host: try reader.string(tag, into: &host)
      case Field.fileContainingExtension:
        var request: ExtensionRequest?
        // The same member again is merged; another one would have taken its place.
        if case .fileContainingExtension(let before) = query { request = before }
        try reader.message(tag, into: &request)
        if let request { query = .fileContainingExtension(request) }
      case Field.fileByFilename, Field.fileContainingSymbol, Field.allExtensionNumbersOfType,
        Field.listServices:
        var text: String?
        try reader.string(tag, into: &text)
        if let text { query = Self.query(tag.field, text) }
      default: try reader.skip(tag)
      }
    }
  }

  private static func query(_ field: Int, _ text: String) -> Query {
    switch field {
    case Field.fileByFilename: .fileByFilename(text)
    case Field.fileContainingSymbol: .fileContainingSymbol(text)
    case Field.allExtensionNumbersOfType: .allExtensionNumbersOfType(text)
    default: .listServices(text)
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(host, field: Field.host)
    switch query {
    case .fileByFilename(let name): writer.optionalString(name, field: Field.fileByFilename)
    case .fileContainingSymbol(let name):
      writer.optionalString(name, field: Field.fileContainingSymbol)
    case .fileContainingExtension(let request):
      writer.message(Optional(request), field: Field.fileContainingExtension)
    case .allExtensionNumbersOfType(let name):
      writer.optionalString(name, field: Field.allExtensionNumbersOfType)
    case .listServices(let text): writer.optionalString(text, field: Field.listServices)
    case nil: break
    }
  }
}

/// `grpc.reflection.v1.ExtensionRequest`. Names an extension.
public struct ExtensionRequest: WireMessage, Equatable {
  public var containingType = ""
  public var extensionNumber: Int32 = 0

  public init() {}

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &containingType)
      case 2: try reader.int32(tag, into: &extensionNumber)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(containingType, field: 1)
    writer.int32(extensionNumber, field: 2)
  }
}
