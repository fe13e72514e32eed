-- The two databases, each with a role of its own that cannot open the other. Text sorts by bytes,
-- as the services expect of it.
CREATE ROLE inventory LOGIN PASSWORD 'trying-it-out';
CREATE ROLE orders LOGIN PASSWORD 'trying-it-out';
CREATE DATABASE inventory OWNER inventory TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE orders OWNER orders TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT ON DATABASE inventory FROM PUBLIC;
REVOKE CONNECT ON DATABASE orders FROM PUBLIC;
