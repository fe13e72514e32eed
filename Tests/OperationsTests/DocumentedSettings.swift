/// The documented table of settings, as agreed with the people who run Orderly: key, default, and
/// `R` where a change is to take effect without a restart, `S` for a secret. A row that begins with
/// `-` is documented for a later release: nothing reads it yet, so it must not be accepted.
enum DocumentedSettings {
  struct Row {
    let key: String
    let fallback: String
    let reloads: Bool
    let isSecret: Bool
    let isThere: Bool
  }

  static let rows: [Row] = text.split(separator: "\n").map { line in
    let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      .map { $0.trimmingPrefix { $0 == " " } }
      .map { String($0.reversed().drop { $0 == " " }.reversed()) }
    return Row(
      key: String(cells[0].drop { $0 == "-" || $0 == " " }), fallback: cells[1],
      reloads: cells[2].contains("R"), isSecret: cells[2].contains("S"),
      isThere: !cells[0].hasPrefix("-"))
  }

  private static let text = """
    edge.host                | 127.0.0.1       |
    edge.port                | 8080            |
    edge.inventory           | 127.0.0.1:50051 |
    edge.orders              | 127.0.0.1:50052 |
    edge.timeoutDefault      | 5s              | R
    edge.timeoutMax          | 10s             | R
    edge.bodyMax             | 1MiB            | R
    edge.headerMax           | 16KiB           | R
    edge.headerFieldsMax     | 100             | R
    edge.targetMax           | 8KiB            | R
    edge.inflightMax         | 1000            | R
    edge.connectionsMax      | 10000           | R
    - edge.headerTimeout     | 10s             | R
    edge.bodyTimeout         | 30s             | R
    edge.idleTimeout         | 60s             | R
    - edge.writeTimeout      | 30s             | R
    - edge.streamsMax        | 1000            | R
    - edge.streamAge         | 1h              | R
    edge.keyRequired         | false           | R
    - edge.compatCurrency    | USD             | R
    - edge.auth              |                 |
    - edge.keysFile          |                 | R
    - edge.jwksFile          |                 | R
    - edge.jwtIssuer         |                 | R
    - edge.jwtAudience       |                 | R
    - edge.customerClaim     | customer_id     | R
    - edge.rateLimit         | off             | R
    - edge.trustedProxies    |                 | R
    - edge.corsOrigins       |                 | R
    inventory.host           | 127.0.0.1       |
    inventory.port           | 50051           |
    inventory.orders         | 127.0.0.1:50052 |
    inventory.askAfter       | 15s             |
    inventory.watchesMax     | 100             |
    inventory.watchedSkusMax | 200000          |
    inventory.watchPause     | 50ms            |
    inventory.cachedSkusMax  | 50000           |
    inventory.waitingMax     | 10000           |
    inventory.writers        | sole            |
    orders.host              | 127.0.0.1       |
    orders.port              | 50052           |
    orders.inventory         | 127.0.0.1:50051 |
    orders.timeoutMax        | 10s             |
    orders.watchesMax        | 100             |
    orders.watchPause        | 50ms            |
    orders.waitingMax        | 10000           |
    orders.batchSplitAbove   | 64              |
    inventory.database       |                 | S
    orders.database          |                 | S
    inventory.servingRole    |                 |
    orders.servingRole       |                 |
    database.wait            | 30s             |
    admin.host               | 127.0.0.1       |
    admin.port               | 9900            |
    - admin.hosts            |                 | R
    - admin.tokenFile        |                 | R
    - admin.exchanges        | 256             | R
    health.interval          | 5s              | R
    health.timeout           | 1s              | R
    log.level                | info            | R
    log.format               | auto            |
    log.access               | errors          | R
    - log.slow               | 1s              | R
    - trace.endpoint         | off             | R
    - trace.sample           | 0.01            | R
    - discovery.refresh      | 30s             | R
    tls.certFile             |                 | R
    tls.keyFile              |                 | R
    tls.clientCaFile         |                 | R
    tls.clientNames          |                 | R
    - tls.minimum            | 1.2             |
    peer.caFile              |                 | R
    peer.certFile            |                 | R
    peer.keyFile             |                 | R
    peer.serverName          |                 |
    shutdown.delay           | 0s              | R
    shutdown.drain           | 20s             | R
    dataDir                  |                 |
    postgresBin              |                 |
    ephemeral                | false           |
    """
}
