-- After three.sql: the same, with a trick. Many people are judged alike, so the words are put together once for each
-- way to be judged, and a person is given a number that leads to them. It is no longer a CASE: it is, by hand and for one
-- brief, what Maat does for any.

CREATE VIEW numbered AS
SELECT
  subject,
  mail_consent::INTEGER + soft_sale::INTEGER * 2 + soft_refusal::INTEGER * 4 + address_confirmed::INTEGER * 8
    + proof_missing::INTEGER * 16 + objected::INTEGER * 32 + suppressed::INTEGER * 64 + restricted::INTEGER * 128
    + minor_parental::INTEGER * 256 + frequency::INTEGER * 512 + resting::INTEGER * 1024 + minor::INTEGER * 2048
    + topic_interest::INTEGER * 4096 + category_interest::INTEGER * 8192 + item_clear::INTEGER * 16384
    + topic_soft::INTEGER * 32768 + category_soft::INTEGER * 65536 + topic_old::INTEGER * 131072
    + category_old::INTEGER * 262144 + item_old::INTEGER * 524288 + topic_unknown::INTEGER * 1048576
    + category_unknown::INTEGER * 2097152 + item_unknown::INTEGER * 4194304 + ceiling_2::INTEGER * 8388608
    + ceiling_3::INTEGER * 16777216 + mail_given::INTEGER * 33554432 + topic_given::INTEGER * 67108864 AS number
FROM judged;

CREATE MACRO has(number, bit) AS number & bit <> 0;

-- Each way once, under its number.
CREATE VIEW ways AS
SELECT
  number AS subject,
  has(number, 1) AS mail_consent, has(number, 2) AS soft_sale, has(number, 4) AS soft_refusal,
  has(number, 8) AS address_confirmed, has(number, 16) AS proof_missing, has(number, 32) AS objected,
  has(number, 64) AS suppressed, has(number, 128) AS restricted, has(number, 256) AS minor_parental,
  has(number, 512) AS frequency, has(number, 1024) AS resting, has(number, 2048) AS minor,
  hour(getvariable('now')) >= 21 OR hour(getvariable('now')) < 8 AS quiet_hours,
  has(number, 4096) AS topic_interest, has(number, 8192) AS category_interest, has(number, 16384) AS item_clear,
  has(number, 32768) AS topic_soft, has(number, 65536) AS category_soft, has(number, 131072) AS topic_old,
  has(number, 262144) AS category_old, has(number, 524288) AS item_old, has(number, 1048576) AS topic_unknown,
  has(number, 2097152) AS category_unknown, has(number, 4194304) AS item_unknown, has(number, 8388608) AS ceiling_2,
  has(number, 16777216) AS ceiling_3, has(number, 33554432) AS mail_given, has(number, 67108864) AS topic_given
FROM (SELECT DISTINCT number FROM numbered);

CREATE TABLE outcomes AS
SELECT subject AS number, verdict, depth, permitted, dropped, reasons, explanation
FROM said('ways') JOIN words USING (wording);

-- As enumerations they are written by number, without looking at the text of every row.
CREATE TYPE reasons AS ENUM (SELECT DISTINCT reasons FROM outcomes);
CREATE TYPE explanations AS ENUM (SELECT DISTINCT explanation FROM outcomes);
ALTER TABLE outcomes ALTER reasons TYPE reasons;
ALTER TABLE outcomes ALTER explanation TYPE explanations;

CREATE VIEW decided_once AS
SELECT subject, verdict, depth, permitted, dropped, reasons, explanation
FROM numbered JOIN outcomes USING (number);
