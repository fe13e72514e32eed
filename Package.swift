// swift-tools-version: 6.2
import PackageDescription

// The targets stand in the order of the layers: a module imports only what stands above it here.
// Tests/TidyTests reads the imports and fails when one goes sideways or up.

/// What every target is compiled with: no warning survives, and `unsafe` has to be written out.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
]

extension Target.Dependency {
  static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
  static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let configuration = product(name: "Configuration", package: "swift-configuration")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let histogram = product(name: "Histogram", package: "hdrhistogram-swift")
  static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
  static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let logging = product(name: "Logging", package: "swift-log")
  static let nioCore = product(name: "NIOCore", package: "swift-nio")
  static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
  static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
  static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
  static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
  static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
  static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
  static let systemPackage = product(name: "SystemPackage", package: "swift-system")
  static let x509 = product(name: "X509", package: "swift-certificates")
  static let yams = product(name: "Yams", package: "Yams")
}

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "orderly",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "orderly", targets: ["Orderly"]),
    .executable(name: "rpcload", targets: ["RPCLoad"]),
    .executable(name: "bench", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.19.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.7.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    // 0  C
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(
      name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .systemLibrary(
      name: "CNghttp2", pkgConfig: "libnghttp2",
      providers: [.apt(["libnghttp2-dev"]), .brew(["libnghttp2"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // 1  machines
    module("Wire"),
    module("HTTP2", ["CNghttp2"]),
    // 2  calls
    module("RPC", ["CZlib", "Wire", "HTTP2", .logging]),
    // 3  outside
    module(
      "Transport",
      [
        "CMalloc", "HTTP2", "RPC", "Wire", .asn1, .logging, .nioCore, .nioPosix, .nioSSL, .nioTLS,
        .x509,
      ]),
    module("Postgres", ["CLibpq", .crypto, .logging, .subprocess, .systemPackage]),
    // 4  promises
    module("Contracts", ["Wire", "RPC"]),
    // 5  running
    module(
      "Operations",
      [
        "Contracts", "HTTP2", "Postgres", "RPC", "Transport", .configuration, .hummingbird,
        .lifecycle, .logging, .nioCore, .nioPosix,
      ]),
    // 6  meaning
    module("Inventory", ["Contracts", "Operations", "Postgres", "RPC", "Wire", .crypto, .logging]),
    module("Orders", ["Contracts", "Operations", "Postgres", "RPC", "Wire", .crypto, .logging]),
    module(
      "Edge",
      ["Contracts", "RPC", .hummingbird, .hummingbirdCore, .logging, .nioCore, .nioHTTP1]),
    module(
      "LoadTest",
      [
        "Contracts", "HTTP2", "RPC", "Transport", "Wire", .histogram, .logging, .nioCore,
        .nioHTTP1, .nioPosix, .nioTLS,
      ]),
    // 7  programs
    program(
      "Orderly",
      [
        "Contracts", "Edge", "Inventory", "Operations", "Orders", "Postgres", "RPC", "Transport",
        .argumentParser, .logging,
      ]),
    program("RPCLoad", ["LoadTest", .argumentParser, .logging]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Contracts", "HTTP2", "Inventory", "LoadTest", "Orders", "Postgres", "RPC", "TestSupport",
        "Transport", "Wire", .argumentParser, .crypto, .logging, .nioCore, .nioEmbedded, .nioPosix,
      ],
      exclude: ["Baseline.json", "RPC/GRPCPeer"], swiftSettings: settings),

    // Tests mirror the modules.
    .target(
      name: "TestSupport",
      dependencies: [
        "Contracts", "HTTP2", "Postgres", "RPC", "Wire", .asn1, .crypto, .logging, .nioCore,
        .nioPosix, .subprocess, .systemPackage, .x509,
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "Interop",
      dependencies: ["HTTP2", "RPC", "Transport", "Wire", .argumentParser, .logging],
      path: "Tests/Interop", swiftSettings: settings),
    .executableTarget(
      name: "FaultNode",
      dependencies: [
        "Contracts", "Inventory", "Operations", "Orders", "Postgres", "RPC", "Transport",
        .argumentParser, .logging,
      ],
      path: "Tests/FaultNode", swiftSettings: settings),
    tests("WireTests", ["Wire"]),
    tests("HTTP2Tests", ["HTTP2", "CNghttp2", "TestSupport"]),
    tests("RPCTests", ["RPC", "Wire", "HTTP2"]),
    tests(
      "TransportTests",
      [
        "Transport", "RPC", "Wire", "HTTP2", "TestSupport", .logging, .nioCore, .nioPosix,
        .nioEmbedded, .nioSSL, .nioTLS,
      ]),
    tests("PostgresTests", ["Postgres", "TestSupport", .logging, .subprocess, .systemPackage]),
    tests("ContractsTests", ["Contracts", "RPC", "Wire"]),
    tests(
      "OperationsTests",
      [
        "Operations", "Contracts", "HTTP2", "Postgres", "RPC", "TestSupport", "Transport",
        .logging, .nioCore, .nioPosix,
      ]),
    tests(
      "InventoryTests",
      ["Inventory", "Contracts", "Operations", "Postgres", "RPC", "TestSupport", .logging]),
    tests(
      "OrdersTests",
      [
        "Orders", "Inventory", "Contracts", "Operations", "Postgres", "RPC", "TestSupport", "Wire",
        .crypto, .logging,
      ]),
    tests(
      "SimulationTests",
      [
        "Orders", "Inventory", "Contracts", "Operations", "Postgres", "RPC", "TestSupport", "Wire",
      ]),
    tests(
      "EdgeTests",
      ["Edge", "Contracts", "RPC", .logging, .nioCore, .nioEmbedded, .nioHTTP1, .nioPosix]),
    tests(
      "LoadTestTests",
      [
        "LoadTest", "RPCLoad", "Contracts", "Edge", "HTTP2", "RPC", "TestSupport", "Transport",
        "Wire", .argumentParser, .histogram, .logging, .nioCore, .nioEmbedded, .nioPosix, .nioSSL,
        .subprocess, .systemPackage,
      ]),
    tests(
      "OrderlyTests",
      [
        "Orderly", "Operations", "Postgres", "TestSupport", .argumentParser, .nioCore, .nioPosix,
        .subprocess, .systemPackage, .yams,
      ]),
    .testTarget(
      name: "SystemTests",
      dependencies: [
        "TestSupport", "Contracts", "FaultNode", "HTTP2", "Interop", "Operations", "Postgres",
        "RPC", "Transport", "Orderly", "RPCLoad", "Wire", .logging,
      ],
      exclude: ["InteropPeer", "StockClient"], swiftSettings: settings),
    tests("TidyTests", [.yams]),
  ]
)
