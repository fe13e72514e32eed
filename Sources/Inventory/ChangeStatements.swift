internal import Postgres

/// The statements of AdjustStock. Its locks come in the order movement, stock, catalogue, each by
/// sku; holds are none of its business.
enum ChangeStatements {
  static let insertMovements = Statement(
    name: "movement_insert",
    sql: """
      INSERT INTO movement (sku, ref, delta, reason, actor)
      SELECT s, $2, d, $4, $5 FROM unnest($1::text[], $3::bigint[]) AS t(s, d) ORDER BY s
      ON CONFLICT (sku, ref) DO NOTHING RETURNING sku
      """)

  static let selectMovements = Statement(
    name: "movement_select",
    sql: "SELECT sku, delta FROM movement WHERE sku = ANY ($1::text[]) AND ref = $2")

  static let insertStock = Statement(
    name: "stock_insert",
    sql: """
      INSERT INTO stock (sku, on_hand)
      SELECT s, 0 FROM unnest($1::text[]) AS t(s) ORDER BY s
      """)

  static let addOnHand = Statement(
    name: "stock_add",
    sql: """
      UPDATE stock AS s SET on_hand = s.on_hand + d.q, version = s.version + 1
      FROM unnest($1::text[], $2::bigint[]) AS d(sku, q) WHERE s.sku = d.sku
      """)

  static let putCatalogue = Statement(
    name: "catalogue_put",
    sql: """
      INSERT INTO catalogue (sku, unit_price_minor, currency, low_mark)
      SELECT s, p, c, m FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
        AS t(s, p, c, m) ORDER BY s
      ON CONFLICT (sku) DO UPDATE SET unit_price_minor = EXCLUDED.unit_price_minor,
        currency = EXCLUDED.currency, low_mark = EXCLUDED.low_mark, updated_at = now()
      """)

  static let countStock = Statement(
    name: "stock_any", sql: "SELECT EXISTS (SELECT 1 FROM stock)")
}
