-- The two databases, each with a role that owns it and makes its tables, and one that serves, which
-- `orderly migrate` gives what it needs of them. Neither can open the other's database. Text sorts
-- by bytes, as the services expect of it.
CREATE ROLE inventory_owner LOGIN PASSWORD 'trying-it-out';
CREATE ROLE inventory LOGIN PASSWORD 'trying-it-out';
CREATE ROLE orders_owner LOGIN PASSWORD 'trying-it-out';
CREATE ROLE orders LOGIN PASSWORD 'trying-it-out';
CREATE DATABASE inventory OWNER inventory_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE orders OWNER orders_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT ON DATABASE inventory FROM PUBLIC;
REVOKE CONNECT ON DATABASE orders FROM PUBLIC;
