// A receipt through a JSON-LD processor, without a network: every field means something, every term
// is one of the W3C DPV, and what ISO/IEC TS 27560 requires is there.
import { before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import jsonld from "jsonld";

const root = fileURLToPath(new URL("..", import.meta.url));
const maat = resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug", "maat");
const folder = mkdtempSync(join(tmpdir(), "maat-receipt-"));

const party = `[party]
name = "Huis & Haard"
address = "Dorpsstraat 1, 1234 AB Ons Dorp"
contact = "privacy@huisenhaard.example"
notice = "https://huisenhaard.example/privacy"
withdrawal = "https://huisenhaard.example/keuzes"
storage = "NL"
jurisdiction = "NL"
recipients = ["Meta"]
`;

const run = (...args) =>
  execFileSync(maat, [...args, "--store", join(folder, "maat.db"), "--config", join(folder, "maat.toml")], {
    cwd: root, encoding: "utf8",
  });

/** Nothing is fetched, and what has no meaning is an error instead of dropped. */
const expand = (receipt) =>
  jsonld.expand(receipt, {
    safe: true,
    documentLoader: (url) => { throw new Error(`asks the network for ${url}`); },
  });

/** The terms of DPV: its own files where they are, else those that Maat is built with. */
function terms() {
  const data = join(root, "..", "shared", "data", "dpv");
  const known = new Set();
  if (existsSync(data)) {
    const [graph, pd] = ["dpv.jsonld", "pd.csv"].map((file) => readFileSync(join(data, file), "utf8"));
    for (const [, iri] of (graph + pd).matchAll(/"(https:\/\/w3id\.org\/dpv(?:\/pd)?#\w+)"/g)) known.add(iri);
  } else {
    const own = readFileSync(join(root, "crates/maat/src/code/dpv.txt"), "utf8");
    for (const [, space, name] of own.matchAll(/^(dpv|pd):(\w+) /gm))
      known.add(`https://w3id.org/dpv${space === "pd" ? "/pd" : ""}#${name}`);
  }
  // Not in those files: the articles of the GDPR that a receipt rests on, and the profile it keeps to.
  for (const article of ["A6-1-a", "A6-1-f", "A9-2-a"]) known.add(`https://w3id.org/dpv/legal/eu/gdpr#${article}`);
  known.add("https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr");
  return known;
}

/** Every IRI of an expanded document: keys, types and values. */
function* iris(node) {
  if (Array.isArray(node)) for (const one of node) yield* iris(one);
  else if (node?.["@type"] === "@json") return;
  else if (node && typeof node === "object")
    for (const [key, value] of Object.entries(node)) {
      if (!key.startsWith("@")) yield key;
      if (key === "@id") yield value;
      if (key === "@type") yield* [value].flat();
      yield* iris(value);
    }
}

let receipts;
before(async () => {
  writeFileSync(join(folder, "maat.toml"), party);
  // An end that is past already is refused: this one comes.
  const ends = new Date(Date.now() + 10_000);
  run("consent", "give", "1", "matching", "--at", "2026-01-31", "--place", "kassa");
  run("consent", "give", "1", "health", "--explicit", "--at", "2026-01-31", "--expires", ends.toISOString(), "--place", "kassa");
  run("consent", "give", "1", "mail", "--double-opt-in", "--place", "kassa");
  run("consent", "withdraw", "1", "mail");
  while (Date.now() <= ends) await delay(ends - Date.now() + 1);
  receipts = ["matching", "health", "mail"].map((choice) => JSON.parse(run("consent", "receipt", "1", choice)));
});

test("every field has a meaning, and every term is one of DPV", async () => {
  const known = terms();
  for (const receipt of receipts) {
    const [expanded, ...more] = await expand(receipt);
    assert.deepEqual(more, []);
    assert.deepEqual(expanded["@type"], ["https://w3id.org/dpv#ConsentReceipt"]);
    // Two fields may share a meaning, but none is lost.
    const fields = Object.keys(receipt).filter((key) => !key.startsWith("@"));
    const meant = new Set(fields.map((field) => receipt["@context"][field]?.["@id"] ?? receipt["@context"][field]));
    assert.equal(Object.keys(expanded).filter((key) => key !== "@type").length, meant.size);
    const all = [...iris(expanded)];
    for (const iri of all) assert.match(iri, /^https?:\/\/[^\s]+$/, "no IRI");
    const dpv = all.filter((iri) => iri.startsWith("https://w3id.org/dpv"));
    assert.ok(dpv.length > 20);
    assert.deepEqual(dpv.filter((iri) => !known.has(iri)), [], "terms that DPV does not have");
  }
});

test("a field without a meaning would be found", async () => {
  await assert.rejects(expand({ ...receipts[0], shoe_size: 42 }), { name: "jsonld.ValidationError" });
  const loose = { ...receipts[0], "@context": { ...receipts[0]["@context"], days: undefined } };
  await assert.rejects(expand(JSON.parse(JSON.stringify(loose))), { name: "jsonld.ValidationError" });
});

test("what ISO/IEC TS 27560 requires is there", () => {
  const there = (object, fields) => {
    for (const field of fields.split(" ")) {
      const value = object[field];
      assert.ok(value !== undefined && value !== null && value !== "" && value?.length !== 0, `${field} is missing`);
    }
  };
  for (const receipt of receipts) {
    // Where nothing is handed over there are no third parties; the field says so.
    assert.ok(Array.isArray(receipt.recipient_third_parties));
    there(receipt, "schema_version receipt_id pii_principal_id privacy_notice language purpose pii_information " +
      "pii_controllers storage_locations retention_period jurisdiction withdrawal_method");
    for (const data of receipt.pii_information) there(data, "pii_type");
    for (const party of receipt.pii_controllers) there(party, "party_id party_address party_name party_contact party_type");
    for (const event of receipt.events) there(event, "event_time validity_duration entity_id event_type event_state");
  }
  assert.deepEqual(receipts[0].recipient_third_parties, ["Meta"]);
  assert.deepEqual(receipts.map((receipt) => receipt.events.at(-1).event_state),
    ["dpv:ConsentGiven", "dpv:ConsentExpired", "dpv:ConsentWithdrawn"]);
});
