public import Logging
public import Transport

/// Every setting there is. Flags, help, checks and `/config` are made from these rows and from
/// nothing else; a row stands here from the day something reads it, so none is accepted in vain.
public struct SettingsTable: Sendable {
  // MARK: edge
  public let edgeHost = Setting(
    "edge.host", "127.0.0.1", readBy: [.up, .edge], "Address the REST edge listens on.")
  public let edgePort = Setting(
    "edge.port", 8080, range: 0...65535, readBy: [.up, .edge],
    "Port of the REST edge; 0 takes a free one.")
  public let edgeInventory = Setting(
    "edge.inventory", PeerList([PeerAddress(host: "127.0.0.1", port: 50051)]), readBy: [.edge],
    "Where the edge finds inventory.")
  public let edgeOrders = Setting(
    "edge.orders", PeerList([PeerAddress(host: "127.0.0.1", port: 50052)]), readBy: [.edge],
    "Where the edge finds orders.")
  public let edgeTimeoutDefault = Setting(
    "edge.timeoutDefault", Duration.seconds(5), range: .milliseconds(1) ... .seconds(3600),
    readBy: [.up, .edge], reloads: true, "Deadline of a request that names none.")
  public let edgeTimeoutMax = Setting(
    "edge.timeoutMax", Duration.seconds(10), range: .milliseconds(1) ... .seconds(3600),
    readBy: [.up, .edge], reloads: true, "Longer deadlines are cut to this.")
  public let edgeBodyMax = Setting(
    "edge.bodyMax", ByteCount.mebibytes(1), range: .kibibytes(1) ... .mebibytes(64),
    readBy: [.up, .edge], reloads: true, "Longest request body; beyond it is 413.")
  public let edgeHeaderMax = Setting(
    "edge.headerMax", ByteCount.kibibytes(16), range: .kibibytes(1) ... .mebibytes(1),
    readBy: [.up, .edge], reloads: true, "Longest block of header fields; beyond it is 431.")
  public let edgeHeaderFieldsMax = Setting(
    "edge.headerFieldsMax", 100, range: 1...10_000, readBy: [.up, .edge], reloads: true,
    "Most header fields of a request; beyond it is 431.")
  public let edgeTargetMax = Setting(
    "edge.targetMax", ByteCount.kibibytes(8), range: .init(bytes: 256) ... .mebibytes(1),
    readBy: [.up, .edge], reloads: true, "Longest path and query; beyond it is 414.")
  public let edgeInflightMax = Setting(
    "edge.inflightMax", 1000, range: 1...1_000_000, readBy: [.up, .edge], reloads: true,
    "Most requests at work at once; beyond it is 503.")
  public let edgeConnectionsMax = Setting(
    "edge.connectionsMax", 10_000, range: 1...1_000_000, readBy: [.up, .edge], reloads: true,
    "Most open connections; beyond it accepting pauses.")
  public let edgeBodyTimeout = Setting(
    "edge.bodyTimeout", Duration.seconds(30), range: .milliseconds(100) ... .seconds(3600),
    readBy: [.up, .edge], reloads: true, "Time from a request's head to the end of its body.")
  public let edgeIdleTimeout = Setting(
    "edge.idleTimeout", Duration.seconds(60), range: .milliseconds(100) ... .seconds(3600),
    readBy: [.up, .edge], reloads: true, "Time a connection may stay open without a request.")
  public let edgeKeyRequired = Setting(
    "edge.keyRequired", false, readBy: [.up, .edge], reloads: true,
    "Refuse orders that come without an Idempotency-Key.")

  // MARK: inventory and orders
  public let inventoryHost = Setting(
    "inventory.host", "127.0.0.1", readBy: [.up, .inventory],
    "Address inventory listens on.")
  public let inventoryPort = Setting(
    "inventory.port", 50051, range: 0...65535, readBy: [.up, .inventory],
    "Port of inventory; 0 takes a free one.")
  public let inventoryOrders = Setting(
    "inventory.orders", PeerList([PeerAddress(host: "127.0.0.1", port: 50052)]),
    readBy: [.inventory], "Where inventory asks what became of the orders behind old holds.")
  public let inventoryAskAfter = Setting(
    "inventory.askAfter", Duration.seconds(15), range: .seconds(1) ... .seconds(86_400),
    readBy: [.up, .inventory, .orders],
    "Age of a hold that is asked about; at least orders.timeoutMax and 5s.")
  public let inventoryWatchesMax = Setting(
    "inventory.watchesMax", 100, range: 0...100_000, readBy: [.up, .inventory],
    "Most callers that watch stock at once.")
  public let inventoryWatchedSkusMax = Setting(
    "inventory.watchedSkusMax", 200_000, range: 1_000...10_000_000, readBy: [.up, .inventory],
    "SKUs past which all of them cannot be watched.")
  public let inventoryWatchPause = Setting(
    "inventory.watchPause", Duration.milliseconds(50), range: .milliseconds(1) ... .seconds(60),
    readBy: [.up, .inventory],
    "Time between two looks for what other processes did to watched stock.")
  public let inventoryCachedSkusMax = Setting(
    "inventory.cachedSkusMax", 50_000, range: 1...10_000_000, readBy: [.up, .inventory],
    "SKUs whose figures are kept for callers that take older ones, about 300 bytes each.")
  public let inventoryWaitingMax = Setting(
    "inventory.waitingMax", 10_000, range: 1...1_000_000, readBy: [.up, .inventory],
    "Changes of stock, or questions for it, that may wait; more are refused, unless none wait.")
  public let inventoryWriters = Setting(
    "inventory.writers", WriterMode.shared, in: [.up: .sole], readBy: [.up, .inventory],
    "Whether all replicas of inventory write, or one, which then answers CheckStock from memory.")
  public let ordersHost = Setting(
    "orders.host", "127.0.0.1", readBy: [.up, .orders], "Address orders listens on.")
  public let ordersPort = Setting(
    "orders.port", 50052, range: 0...65535, readBy: [.up, .orders],
    "Port of orders; 0 takes a free one.")
  public let ordersInventory = Setting(
    "orders.inventory", PeerList([PeerAddress(host: "127.0.0.1", port: 50051)]), readBy: [.orders],
    "Where orders finds inventory.")
  public let ordersTimeoutMax = Setting(
    "orders.timeoutMax", Duration.seconds(10), range: .milliseconds(100) ... .seconds(3600),
    readBy: [.up, .inventory, .orders],
    "Longer deadlines of calls to orders and inventory are cut to this.")
  public let ordersWatchesMax = Setting(
    "orders.watchesMax", 100, range: 0...100_000, readBy: [.up, .orders],
    "Most callers that watch orders at once.")
  public let ordersWatchPause = Setting(
    "orders.watchPause", Duration.milliseconds(50), range: .milliseconds(1) ... .seconds(60),
    readBy: [.up, .orders],
    "Time between two looks for orders of other processes, while somebody watches.")
  public let ordersWaitingMax = Setting(
    "orders.waitingMax", 10_000, range: 1...1_000_000, readBy: [.up, .orders],
    "Orders that may wait for a batch; the next is refused.")
  public let ordersBatchSplitAbove = Setting(
    "orders.batchSplitAbove", 64, range: 1...1_000, readBy: [.up, .orders],
    "Orders waiting for a batch past which only half of them go, so that all stages have work.")

  // MARK: databases
  public let inventoryDatabase = Setting(
    "inventory.database", String?.none, readBy: [.up, .inventory, .migrate], isSecret: true,
    form: "a libpq connection string", "Database of inventory, a libpq connection string.")
  public let ordersDatabase = Setting(
    "orders.database", String?.none, readBy: [.up, .orders, .migrate], isSecret: true,
    form: "a libpq connection string", "Database of orders, a libpq connection string.")
  public let inventoryServingRole = Setting(
    "inventory.servingRole", String?.none, readBy: [.migrate],
    "Role that migrate grants what serving inventory takes, and nothing more.")
  public let ordersServingRole = Setting(
    "orders.servingRole", String?.none, readBy: [.migrate],
    "Role that migrate grants what serving orders takes, and nothing more.")
  public let databaseWait = Setting(
    "database.wait", Duration.seconds(30), range: .zero ... .seconds(3600),
    readBy: [.up, .inventory, .orders, .migrate],
    "How long to wait at start for a database that does not answer.")

  // MARK: watching
  public let adminHost = Setting(
    "admin.host", "127.0.0.1", readBy: .servers, "Address of the admin listener.")
  public let adminPort = Setting(
    "admin.port", 9900, in: [.inventory: 9901, .orders: 9902, .edge: 9903], range: 0...65535,
    readBy: .servers, "Port of the admin listener; 0 takes a free one.")
  public let healthInterval = Setting(
    "health.interval", Duration.seconds(5), range: .milliseconds(100) ... .seconds(3600),
    readBy: .servers, reloads: true, "Time between two health checks.")
  public let healthTimeout = Setting(
    "health.timeout", Duration.seconds(1), range: .milliseconds(10) ... .seconds(60),
    readBy: .servers, reloads: true, "A health check that takes longer has failed.")
  public let logLevel = Setting(
    "log.level", Logger.Level.info, readBy: .servers.union([.migrate]), reloads: true,
    "Least important events that are logged.")
  public let logFormat = Setting(
    "log.format", LogFormat.Choice.auto, readBy: .servers.union([.migrate]),
    "Form of log lines; auto is columns on a terminal and JSON elsewhere.")
  public let logAccess = Setting(
    "log.access", AccessLog.Choice.errors, readBy: .servers, reloads: true,
    "Which calls get a log line.")

  // MARK: TLS between services
  public let tlsCertFile = Setting(
    "tls.certFile", String?.none, readBy: .rpcServers, reloads: true, form: "a path",
    "Certificate chain (PEM) that the RPC services show; it turns TLS on.")
  public let tlsKeyFile = Setting(
    "tls.keyFile", String?.none, readBy: .rpcServers, reloads: true, form: "a path",
    "Key (PEM) of that certificate.")
  public let tlsClientCaFile = Setting(
    "tls.clientCaFile", String?.none, readBy: .rpcServers, reloads: true, form: "a path",
    "Authorities (PEM), one of which must have signed each caller's certificate.")
  public let tlsClientNames = Setting(
    "tls.clientNames", NameList?.none, readBy: .rpcServers, reloads: true,
    "Names, one of which each caller's certificate must bear.")
  public let peerCaFile = Setting(
    "peer.caFile", String?.none, readBy: .servers, reloads: true, form: "a path",
    "Authorities (PEM) of the services that are called; it turns TLS to them on.")
  public let peerCertFile = Setting(
    "peer.certFile", String?.none, readBy: .servers, reloads: true, form: "a path",
    "Certificate chain (PEM) to show to them.")
  public let peerKeyFile = Setting(
    "peer.keyFile", String?.none, readBy: .servers, reloads: true, form: "a path",
    "Key (PEM) of that certificate.")
  public let peerServerName = Setting(
    "peer.serverName", String?.none, readBy: .servers, form: "a host name",
    allowed: { $0.map(HostName.isValid) ?? true },
    "Name that their certificates bear, where it is not that of the target.")

  // MARK: stopping
  public let shutdownDelay = Setting(
    "shutdown.delay", Duration.zero, range: .zero ... .seconds(600), readBy: .servers,
    reloads: true, "Time to go on accepting after readiness was taken back.")
  public let shutdownDrain = Setting(
    "shutdown.drain", Duration.seconds(20), range: .zero ... .seconds(3600), readBy: .servers,
    reloads: true, "Time that calls in progress have to finish.")

  // MARK: the private PostgreSQL
  public let dataDir = Setting(
    "dataDir", String?.none,
    note: "$XDG_STATE_HOME/orderly, else ~/.local/state/orderly, as root /var/lib/orderly",
    readBy: [.up], "Directory of the private PostgreSQL.")
  public let postgresBin = Setting(
    "postgresBin", String?.none, note: "PATH, then the usual directories, the newest from 15 up",
    readBy: [.up], "Directory of initdb and postgres.")
  public let ephemeral = Setting(
    "ephemeral", false, readBy: [.up], "Use a temporary data directory, removed at a clean stop.")

  // MARK: limits of the RPC runtime
  public let rpcReceiveMessageBytesMax = Setting(
    "rpc.receiveMessageBytesMax", ByteCount.mebibytes(4), range: .kibibytes(1) ... .gibibytes(1),
    readBy: .servers, "Longest message taken, as a request or as a reply.")
  public let rpcSendMessageBytesMax = Setting(
    "rpc.sendMessageBytesMax", ByteCount(bytes: 4_294_967_295),
    range: .kibibytes(1)...ByteCount(bytes: 4_294_967_295), readBy: .servers,
    "Longest message sent; a longer one is refused before a byte of it is.")
  public let rpcHeaderListBytesMax = Setting(
    "rpc.headerListBytesMax", ByteCount.kibibytes(16), range: .kibibytes(1) ... .mebibytes(1),
    readBy: .servers, "Longest header block taken: names, values and 32 bytes a field.")
  public let rpcHeaderFieldsMax = Setting(
    "rpc.headerFieldsMax", 100, range: 10...10_000, readBy: .servers,
    "Most fields of a header block.")
  public let rpcConcurrentStreamsMax = Setting(
    "rpc.concurrentStreamsMax", 256, range: 1...100_000, readBy: [.up, .inventory, .orders],
    "Most calls at once on one connection; beyond it a stream is refused.")
  public let rpcStatusMessageBytesMax = Setting(
    "rpc.statusMessageBytesMax", ByteCount.kibibytes(1), range: .init(bytes: 64) ... .kibibytes(8),
    readBy: [.up, .inventory, .orders], "Longest status message sent; the rest is cut.")
  public let rpcStatusDetailsBytesMax = Setting(
    "rpc.statusDetailsBytesMax", ByteCount.kibibytes(4), range: .init(bytes: 64) ... .kibibytes(8),
    readBy: [.up, .inventory, .orders], "Longest status details sent; longer ones are dropped.")
  public let rpcStreamUnsentBytesMax = Setting(
    "rpc.streamUnsentBytesMax", ByteCount.kibibytes(64),
    range: .kibibytes(1) ... .mebibytes(64), readBy: .servers,
    "Bytes of a stream that wait for its peer before the sender has to.")
  public let rpcErrorBodyBytesMax = Setting(
    "rpc.errorBodyBytesMax", ByteCount.kibibytes(1), range: .init(bytes: 0) ... .mebibytes(1),
    readBy: [.up, .orders, .edge], "How much of a reply that is not gRPC goes into its error.")
  public let rpcStreamWindowBytes = Setting(
    "rpc.streamWindowBytes", ByteCount(bytes: 65_535),
    range: .init(bytes: 65_535) ... .gibibytes(1),
    readBy: [.up, .inventory, .orders], "Bytes a caller may send on one call unread.")
  public let rpcConnectionWindowBytes = Setting(
    "rpc.connectionWindowBytes", ByteCount.mebibytes(1),
    range: .init(bytes: 65_535) ... .gibibytes(1),
    readBy: [.up, .inventory, .orders], "Bytes a caller may send on one connection unread.")
  public let rpcClientStreamWindowBytes = Setting(
    "rpc.clientStreamWindowBytes", ByteCount.mebibytes(1),
    range: .init(bytes: 65_535) ... .gibibytes(1), readBy: [.up, .orders, .edge],
    "Bytes a server may reply on one call unread.")
  public let rpcClientConnectionWindowBytes = Setting(
    "rpc.clientConnectionWindowBytes", ByteCount.mebibytes(8),
    range: .init(bytes: 65_535) ... .gibibytes(1), readBy: [.up, .orders, .edge],
    "Bytes a server may reply on one connection unread.")
  public let rpcHandshakeTimeMax = Setting(
    "rpc.handshakeTimeMax", Duration.seconds(20), range: .milliseconds(100) ... .seconds(600),
    readBy: .servers, "Time from a connection's begin to the peer's SETTINGS.")
  public let rpcWireDepthMax = Setting(
    "rpc.wireDepthMax", 100, range: 1...1000, readBy: [.up, .inventory, .orders],
    "Most messages inside one another in a request.")
  public let rpcWireElementsMax = Setting(
    "rpc.wireElementsMax", 65_536, range: 1...10_000_000, readBy: [.up, .inventory, .orders],
    "Most length-delimited elements in a request.")
  public let rpcHeaderBlockTimeMax = Setting(
    "rpc.headerBlockTimeMax", Duration.seconds(10), range: .milliseconds(100) ... .seconds(600),
    readBy: [.up, .inventory, .orders], "Time from a header block's begin to its end.")
  public let rpcStallTimeMax = Setting(
    "rpc.stallTimeMax", Duration.seconds(60), range: .milliseconds(100) ... .seconds(86_400),
    readBy: [.up, .inventory, .orders], "Time a unary call may stand still because of its peer.")
  public let rpcStreamStallTimeMax = Setting(
    "rpc.streamStallTimeMax", Duration.seconds(600), range: .milliseconds(100) ... .seconds(86_400),
    readBy: [.up, .inventory, .orders],
    "Time a streaming call may stand still because of its peer.")
  public let rpcConnectionUnsentBytesMax = Setting(
    "rpc.connectionUnsentBytesMax", ByteCount.mebibytes(4), range: .kibibytes(64) ... .gibibytes(1),
    readBy: [.up, .inventory, .orders],
    "Bytes that wait for a socket before nothing more is read from it.")
  public let rpcConnectionsMax = Setting(
    "rpc.connectionsMax", 10_000, range: 1...1_000_000,
    readBy: [.up, .inventory, .orders], "Most connections at once; a further one is closed.")
  public let rpcPingIntervalMin = Setting(
    "rpc.pingIntervalMin", Duration.seconds(300), range: .zero ... .seconds(86_400),
    readBy: [.up, .inventory, .orders], "Least time between two PINGs of a client.")
  public let rpcPingWithoutCallsAllowed = Setting(
    "rpc.pingWithoutCallsAllowed", false,
    readBy: [.up, .inventory, .orders], "Let clients without calls send PINGs as often.")
  public let rpcServerKeepaliveTime = Setting(
    "rpc.serverKeepaliveTime", Duration.seconds(7200), range: .zero ... .seconds(86_400),
    readBy: [.up, .inventory, .orders],
    "Silence after which a server asks whether its client is there; 0s is never.")
  public let rpcServerKeepaliveTimeout = Setting(
    "rpc.serverKeepaliveTimeout", Duration.seconds(20), range: .milliseconds(100) ... .seconds(600),
    readBy: [.up, .inventory, .orders], "Time the answer to that may take.")
  public let rpcConnectionIdle = Setting(
    "rpc.connectionIdle", Duration.zero, range: .zero ... .seconds(2_592_000),
    readBy: [.up, .inventory, .orders],
    "Time without calls after which a connection is drained; 0s is never.")
  public let rpcConnectionAge = Setting(
    "rpc.connectionAge", Duration.zero, range: .zero ... .seconds(2_592_000),
    readBy: [.up, .inventory, .orders],
    "Age, give or take a tenth, at which a connection is drained; 0s is never.")
  public let rpcConnectionAgeGrace = Setting(
    "rpc.connectionAgeGrace", Duration.zero, range: .zero ... .seconds(2_592_000),
    readBy: [.up, .inventory, .orders], "Time after that until its calls are cut; 0s is never.")
  public let rpcClientKeepaliveTime = Setting(
    "rpc.clientKeepaliveTime", Duration.zero, range: .zero ... .seconds(86_400),
    readBy: .servers,
    "Silence after which a client asks whether its server is there, at least 10s; 0s is never.")
  public let rpcClientKeepaliveTimeout = Setting(
    "rpc.clientKeepaliveTimeout", Duration.seconds(20), range: .milliseconds(100) ... .seconds(600),
    readBy: .servers, "Time the answer to that may take.")
  public let rpcClientKeepaliveWithoutCalls = Setting(
    "rpc.clientKeepaliveWithoutCalls", false, readBy: .servers,
    "Whether a client asks without calls too.")
  public let rpcClientBackoffMin = Setting(
    "rpc.clientBackoffMin", Duration.milliseconds(100), range: .milliseconds(10) ... .seconds(60),
    readBy: .servers, "Pause before a client connects a second time.")
  public let rpcClientBackoffMax = Setting(
    "rpc.clientBackoffMax", Duration.seconds(1), range: .milliseconds(10) ... .seconds(600),
    readBy: .servers, "Longest such pause: a server that is back is found within it.")
  public let rpcClientWaitingCallsMax = Setting(
    "rpc.clientWaitingCallsMax", 10_000, range: 1...1_000_000, readBy: .servers,
    "Most calls of a client that wait for a connection.")
  public let rpcClientRetryBufferBytesMax = Setting(
    "rpc.clientRetryBufferBytesMax", ByteCount.kibibytes(256),
    range: ByteCount(bytes: 0) ... .gibibytes(1), readBy: .servers,
    "Most of a call's request that a client keeps to be able to repeat it.")
  public let rpcClientChannelRetryBufferBytesMax = Setting(
    "rpc.clientChannelRetryBufferBytesMax", ByteCount.mebibytes(16),
    range: ByteCount(bytes: 0) ... .gibibytes(1), readBy: .servers,
    "The same for all calls of a client together.")
  public let rpcClientBalancing = Setting(
    "rpc.clientBalancing", Balancing.pickFirst, readBy: .servers,
    "Which of several servers a client calls: the first it reaches, or all in turn.")
  public let rpcClientShufflesAddresses = Setting(
    "rpc.clientShufflesAddresses", false, readBy: .servers,
    "Whether pick_first tries the servers in an order of its own.")
  public let rpcClientConnectionsPerAddressMax = Setting(
    "rpc.clientConnectionsPerAddressMax", 1, range: 1...10, readBy: .servers,
    "Most connections to one server, made when those there are have no stream left.")
  public let rpcClientHealthService = Setting(
    "rpc.clientHealthService", String?.none, readBy: .servers, form: "a service's name",
    "Service whose health round_robin asks a server for before it calls it.")

  public init() {}

  /// All rows in the order of their declaration. Read by reflection, so that a row cannot be
  /// declared above and forgotten here.
  public var rows: [any SettingRow] {
    Mirror(reflecting: self).children.compactMap { $0.value as? any SettingRow }
  }

  /// The rows one program has flags for.
  public func rows(of program: Program) -> [any SettingRow] {
    rows.filter { $0.readBy.contains(program) }
  }
}

extension Logger.Level: SettingChoice {}
extension Balancing: SettingChoice {}
