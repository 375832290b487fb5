-- What the default Code says to benches/briefs/three.toml, written by hand for DuckDB, for the benchmarks alone:
-- `compare.py` holds it to Maat's answers, row for row.
--
-- It reads a table `people`, an audience as `maat gate` takes it, and a table `words`: what is told of each `wording`
-- that `said` numbers. A rule is left out where the brief itself satisfies it (the sender is shown, two reviewers
-- signed, the purpose fits, the interest is balanced) or where it is of another channel, act or signal.

-- The moment of the run, on the clock of the Code.
SET VARIABLE now = TIMESTAMP '2026-03-02 10:00';

-- Each rule that can bite on somebody: of the message, then of the three uses.
CREATE VIEW judged AS
SELECT
  subject,
  "consent.mail" < 1 AS mail_consent,
  "consent.mail" = 1 AND NOT bought_before AS soft_sale,
  "consent.mail" = 1 AND NOT refusal_offered AS soft_refusal,
  "consent.mail" >= 2 AND NOT confirmed AND NOT (bought_before AND refusal_offered) AS address_confirmed,
  NOT proof AS proof_missing,
  objected,
  suppressed,
  restricted,
  minor AND NOT parental AS minor_parental,
  sent_7_days >= 1 AS frequency,
  hour(getvariable('now')) >= 21 OR hour(getvariable('now')) < 8 AS quiet_hours,
  resting,
  minor,
  -- The ladder: topic and category need a soft yes by mail, an item a clear one.
  "consent.profile" < 1 AS topic_interest,
  "consent.purchases" < 1 AS category_interest,
  "consent.purchases" < 2 AS item_clear,
  "consent.profile" = 1 AND NOT (bought_before AND refusal_offered) AS topic_soft,
  "consent.purchases" = 1 AND NOT (bought_before AND refusal_offered) AS category_soft,
  coalesce("preference.topic.at" < getvariable('now')::DATE - 730, false) AS topic_old,
  coalesce("purchase.category.at" < getvariable('now')::DATE - 730, false) AS category_old,
  coalesce("purchase.item.at" < getvariable('now')::DATE - 365, false) AS item_old,
  "preference.topic.at" IS NULL AS topic_unknown,
  "purchase.category.at" IS NULL AS category_unknown,
  "purchase.item.at" IS NULL AS item_unknown,
  -- Topic and category have depth 2, an item depth 3.
  ceiling < 2 AS ceiling_2,
  ceiling < 3 AS ceiling_3,
  -- No rules: the footing of what is used, which is told.
  "consent.mail" >= 2 AS mail_given,
  "consent.profile" >= 2 AS topic_given
FROM people;

-- What comes of it. `reasons`: what refuses, then what softens; each by layer, then use by use, in the order of the
-- rules, and each once.
CREATE MACRO said(judged) AS TABLE
WITH together AS (
  SELECT
    *,
    mail_consent OR soft_sale OR soft_refusal OR address_confirmed OR proof_missing OR objected OR suppressed
      OR restricted OR minor_parental OR frequency OR quiet_hours OR resting AS refused,
    objected OR restricted OR minor OR proof_missing AS unused,
    unused OR topic_interest OR topic_soft OR topic_old OR topic_unknown OR ceiling_2
      OR category_interest OR category_soft OR category_old OR category_unknown AS topic_plain,
    unused OR item_clear OR item_old OR item_unknown OR ceiling_3 AS again_plain
  FROM query_table(judged)
)
SELECT
  subject,
  CASE WHEN refused THEN 'refuse' WHEN topic_plain OR again_plain THEN 'soften' ELSE 'allow' END AS verdict,
  CASE WHEN refused THEN 0 WHEN NOT again_plain THEN 3 WHEN NOT topic_plain THEN 2 ELSE 0 END::INTEGER AS depth,
  CASE
    WHEN refused OR (topic_plain AND again_plain) THEN ''
    WHEN topic_plain THEN 'purchase.item'
    WHEN again_plain THEN 'preference.topic purchase.category'
    ELSE 'preference.topic purchase.category purchase.item'
  END AS permitted,
  CASE
    WHEN refused OR (topic_plain AND again_plain) THEN 'preference.topic purchase.category purchase.item'
    WHEN topic_plain THEN 'preference.topic purchase.category'
    WHEN again_plain THEN 'purchase.item'
    ELSE ''
  END AS dropped,
  concat_ws(' ',
    CASE WHEN mail_consent THEN 'legal.mail-consent' END,
    CASE WHEN soft_sale THEN 'legal.soft-sale' END,
    CASE WHEN soft_refusal THEN 'legal.soft-refusal' END,
    CASE WHEN address_confirmed THEN 'legal.address-confirmed' END,
    CASE WHEN proof_missing THEN 'legal.consent-proof' END,
    CASE WHEN objected THEN 'legal.objection' END,
    CASE WHEN suppressed THEN 'legal.suppressed' END,
    CASE WHEN restricted THEN 'legal.restriction-message' END,
    CASE WHEN minor_parental THEN 'legal.minor-parental' END,
    CASE WHEN frequency THEN 'human.frequency' END,
    CASE WHEN quiet_hours THEN 'human.quiet-hours' END,
    CASE WHEN resting THEN 'human.rest' END,
    CASE WHEN objected THEN 'legal.objection-profiling' END,
    CASE WHEN restricted THEN 'legal.restriction' END,
    CASE WHEN minor THEN 'legal.minor-profile' END,
    CASE WHEN topic_interest THEN 'legal.ladder-interest' END,
    CASE WHEN proof_missing THEN 'legal.use-proof' END,
    CASE WHEN topic_soft THEN 'legal.soft-use' END,
    CASE WHEN topic_old THEN 'legal.retention' END,
    CASE WHEN topic_unknown THEN 'legal.accurate' END,
    CASE WHEN category_interest AND NOT topic_interest THEN 'legal.ladder-interest' END,
    CASE WHEN category_soft AND NOT topic_soft THEN 'legal.soft-use' END,
    CASE WHEN category_old AND NOT topic_old THEN 'legal.retention' END,
    CASE WHEN category_unknown AND NOT topic_unknown THEN 'legal.accurate' END,
    CASE WHEN item_clear THEN 'legal.ladder-clear' END,
    CASE WHEN item_old AND NOT topic_old AND NOT category_old THEN 'legal.retention' END,
    CASE WHEN item_unknown AND NOT topic_unknown AND NOT category_unknown THEN 'legal.accurate' END,
    CASE WHEN ceiling_3 THEN 'human.ceiling' END
  ) AS reasons,
  -- What is told depends on what refuses, or else on what is used and its footing.
  CASE
    WHEN refused THEN 1 + 2 * mail_consent::INTEGER + 4 * soft_sale::INTEGER + 8 * soft_refusal::INTEGER
      + 16 * address_confirmed::INTEGER + 32 * proof_missing::INTEGER + 64 * objected::INTEGER
      + 128 * suppressed::INTEGER + 256 * restricted::INTEGER + 512 * minor_parental::INTEGER
      + 1024 * frequency::INTEGER + 2048 * quiet_hours::INTEGER + 4096 * resting::INTEGER
    ELSE 2 * mail_given::INTEGER + 4 * again_plain::INTEGER + 8 * topic_plain::INTEGER
      + CASE WHEN topic_plain THEN 0 ELSE 16 * topic_given::INTEGER + 32 * (NOT item_clear)::INTEGER END
  END AS wording
FROM together;

CREATE VIEW decided AS
SELECT subject, verdict, depth, permitted, dropped, reasons, explanation
FROM said('judged') JOIN words USING (wording);
