public import Postgres

/// The schema of the inventory database, one file after the other. A file that was released never
/// changes: its checksum is stored beside what it made.
public enum InventoryMigrations {
  public static let all = [stock]

  /// What serving takes. A hold that lost its batch is deleted again; nothing else ever is, so an
  /// update never misses a SKU that once had stock, and no movement can be unwritten.
  public static let grants = TableGrants([
    .init("catalogue", "SELECT, INSERT, UPDATE"),
    .init("stock", "SELECT, INSERT, UPDATE"),
    .init("hold", "SELECT, INSERT, UPDATE, DELETE"),
    .init("hold_line", "SELECT, INSERT"),
    .init("movement", "SELECT, INSERT"),
    .init("stock_log", "SELECT, INSERT"),
    .init("schema_migration", "SELECT"),
  ])

  static let stock = Migration(
    name: "0001_stock.sql",
    sql: """
      -- What is sold, and for how much.
      CREATE TABLE catalogue (
        sku text NOT NULL PRIMARY KEY,
        unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
        currency text NOT NULL CHECK (length(currency) = 3),
        low_mark bigint NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL DEFAULT now());

      -- What there is. The last check is what stands between us and overselling. Pages are left
      -- half empty and no changing column is indexed, so that an update stays on its page.
      CREATE TABLE stock (
        sku text NOT NULL PRIMARY KEY,
        on_hand bigint NOT NULL,
        reserved bigint NOT NULL DEFAULT 0,
        backorder_limit bigint NOT NULL DEFAULT 0,
        version bigint NOT NULL DEFAULT 0,
        CONSTRAINT stock_on_hand CHECK (on_hand >= 0),
        CONSTRAINT stock_reserved CHECK (reserved >= 0),
        CONSTRAINT stock_oversell CHECK (on_hand + backorder_limit - reserved >= 0)
      ) WITH (fillfactor = 50);

      -- What is promised to an order: 1 held, 2 committed, 3 shipped, 4 released.
      CREATE TABLE hold (
        order_id uuid NOT NULL,
        state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
        fingerprint bytea NOT NULL,
        held_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz,
        CONSTRAINT hold_pkey PRIMARY KEY (order_id)
      ) WITH (fillfactor = 80);
      CREATE INDEX hold_open ON hold (held_at) WHERE state = 1;

      CREATE TABLE hold_line (
        order_id uuid NOT NULL,
        sku text NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (order_id, sku));

      -- Every change of on_hand, each applied once for its ref.
      CREATE TABLE movement (
        sku text NOT NULL,
        ref text NOT NULL,
        delta bigint NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (sku, ref));

      -- One row for each committed batch of a writer.
      CREATE TABLE stock_log (
        stream smallint NOT NULL,
        pos bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT stock_log_pkey PRIMARY KEY (stream, pos));
      """)
}
