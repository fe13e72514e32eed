public import Postgres

/// The schema of the orders database, one file after the other. A file that was released never
/// changes: its checksum is stored beside what it made.
public enum OrdersMigrations {
  public static let all = [orders]

  /// What serving takes. What is due is deleted once it is told; an order never is.
  public static let grants = TableGrants([
    .init("orders", "SELECT, INSERT, UPDATE"),
    .init("order_line", "SELECT, INSERT"),
    .init("order_log", "SELECT, INSERT"),
    .init("settle_due", "SELECT, INSERT, UPDATE, DELETE"),
    .init("schema_migration", "SELECT"),
  ])

  static let orders = Migration(
    name: "0001_orders.sql",
    sql: """
      -- Status: 1 confirmed, 2 cancelled, 3 aborted, 4 shipped, 5 delivered. An aborted row only
      -- closes an id; every other one is whole. The primary key alone makes a retry find the order.
      CREATE TABLE orders (
        order_id uuid NOT NULL,
        status smallint NOT NULL CHECK (status BETWEEN 1 AND 5),
        version integer NOT NULL DEFAULT 1,
        customer_id text,
        request_id text,
        currency text,
        total_minor bigint,
        body_digest bytea,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT orders_pkey PRIMARY KEY (order_id),
        CONSTRAINT orders_whole CHECK (status = 3 OR (
          customer_id IS NOT NULL AND currency IS NOT NULL AND total_minor IS NOT NULL
          AND total_minor >= 0 AND body_digest IS NOT NULL))
      ) WITH (fillfactor = 90);
      CREATE INDEX orders_by_customer ON orders (customer_id, created_at, order_id);

      CREATE TABLE order_line (
        order_id uuid NOT NULL,
        line_no smallint NOT NULL,
        sku text NOT NULL,
        quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
        unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
        PRIMARY KEY (order_id, line_no));

      -- One row for each committed batch of a writer. Kinds: 1 placed, 2 cancelled, 4 shipped,
      -- 5 delivered.
      CREATE TABLE order_log (
        stream smallint NOT NULL,
        pos bigint NOT NULL,
        order_ids uuid[] NOT NULL,
        kinds smallint[] NOT NULL,
        versions integer[] NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT order_log_pkey PRIMARY KEY (stream, pos),
        CONSTRAINT order_log_even CHECK (
          cardinality(order_ids) = cardinality(kinds)
          AND cardinality(kinds) = cardinality(versions)));

      -- Orders whose hold has to hear what became of them.
      CREATE TABLE settle_due (
        order_id uuid NOT NULL PRIMARY KEY,
        due_at timestamptz NOT NULL DEFAULT now());
      """)
}
