internal import Postgres

/// The statements that end holds. Their locks come in the order of every other write: `hold` by
/// order_id, then `stock` by sku.
enum ReleaseStatements {
  static let closeUnknown = Statement(
    name: "hold_close_unknown",
    sql: """
      INSERT INTO hold (order_id, state, fingerprint, settled_at)
      SELECT o, 4, ''::bytea, now() FROM unnest($1::uuid[]) AS t(o) ORDER BY o
      ON CONFLICT (order_id) DO NOTHING
      """)

  static let lockUnreleased = Statement(
    name: "hold_lock_unreleased",
    sql: """
      SELECT order_id FROM hold WHERE order_id = ANY ($1::uuid[]) AND state IN (1, 2)
      ORDER BY order_id FOR UPDATE
      """)

  static let selectLines = Statement(
    name: "hold_line_select",
    sql: "SELECT order_id, sku, quantity FROM hold_line WHERE order_id = ANY ($1::uuid[])")

  static let releaseHolds = Statement(
    name: "hold_release",
    sql: """
      UPDATE hold SET state = 4, settled_at = now() WHERE order_id = ANY ($1::uuid[])
      """)
}
