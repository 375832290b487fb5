// The real client of Segment, and the real SDK of CloudEvents, against a real `maat serve`. The
// program is the one in MAAT_BIN.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { Analytics } from "@segment/analytics-node";
import { CloudEvent, HTTP } from "cloudevents";

const MAAT = resolve(process.env.MAAT_BIN ?? "../target/debug/maat");
const MAPPING = `
[[events]]
event = "Order Completed"
signal = "purchase.item"
value = "products.0.name"
source = "web shop"
[[events]]
event = "identify"
signal = "preference.topic"
value = "topic"
source = "account page"
[[events]]
event = "Lamps"
signal = "purchase.category"
value = "title"
source = "web shop"
`;

let folder, child, address, key;

function maat(...args) {
  const own = ["--store", join(folder, "maat.db"), "--config", join(folder, "maat.toml"), "--lang", "en"];
  return execFileSync(MAAT, [...args, ...own], { encoding: "utf8" });
}

async function signals(subject) {
  const response = await fetch(`${address}/v1/subjects/${subject}/signals`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const { items } = await response.json();
  return Object.fromEntries(items.map((it) => [it.signal, it.value]));
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "maat-clients-"));
  writeFileSync(join(folder, "maat.toml"), MAPPING);
  key = maat("key", "add", "clients", "--scope", "events:write,signals:read").split("\n")[0];
  const args = ["serve", "--listen", "127.0.0.1:0", "--lang", "en"];
  child = spawn(MAAT, [...args, "--store", join(folder, "maat.db"), "--config", join(folder, "maat.toml")], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    address = line.match(/http:\/\/[^/]+/)[0];
    break;
  }
});

after(async () => {
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  rmSync(folder, { recursive: true });
});

test("track, identify and page of @segment/analytics-node are taken in", async () => {
  const analytics = new Analytics({ writeKey: key, host: address, path: "/v1/segment/batch", maxRetries: 0 });
  const answers = [];
  analytics.on("http_response", (response) => answers.push(response.status));
  const errors = [];
  analytics.on("error", (error) => errors.push(error));
  analytics.identify({ userId: "anna", traits: { topic: "candles", email: "anna@example.org" } });
  analytics.track({ userId: "anna", event: "Order Completed", properties: { products: [{ name: "candle" }] } });
  analytics.page({ userId: "anna", name: "Lamps", properties: { title: "lamps", url: "https://shop.example/lamps" } });
  analytics.track({ anonymousId: "visitor-1", event: "Order Completed", properties: { products: [{ name: "x" }] } });
  analytics.group({ userId: "anna", groupId: "g", traits: {} });
  await analytics.closeAndFlush();
  assert.deepEqual(errors, []);
  assert.ok(answers.length > 0 && answers.every((status) => status === 200), `${answers}`);
  assert.deepEqual(await signals("anna"), {
    "preference.topic": "candles",
    "purchase.item": "candle",
    "purchase.category": "lamps",
  });
  assert.deepEqual(await signals("visitor-1"), {});
});

test("a wrong write key is an error that the client tells", async () => {
  const analytics = new Analytics({ writeKey: "wrong", host: address, path: "/v1/segment/batch", maxRetries: 0 });
  const errors = [];
  analytics.on("error", (error) => errors.push(error.code));
  analytics.track({ userId: "bert", event: "Order Completed", properties: { products: [{ name: "x" }] } });
  await analytics.closeAndFlush();
  assert.equal(errors.length, 1);
  assert.deepEqual(await signals("bert"), {});
});

test("one message at a time is taken in by its address", async () => {
  const response = await fetch(`${address}/v1/segment/track`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${key}:`)}`, "Content-Type": "application/json" },
    body: JSON.stringify({ userId: "carl", event: "Order Completed", properties: { products: [{ name: "vase" }] } }),
  });
  assert.deepEqual(await response.json(), { success: true, recorded: 1, held: 0, dropped: {} });
  assert.deepEqual(await signals("carl"), { "purchase.item": "vase" });
});

test("the SDK of CloudEvents sends structured and binary", async () => {
  const send = (message) =>
    fetch(`${address}/v1/events`, {
      method: "POST",
      headers: { ...message.headers, Authorization: `Bearer ${key}` },
      body: message.body,
    }).then((it) => it.json());
  for (const [mode, subject] of [["structured", "dora"], ["binary", "renée"]]) {
    const event = new CloudEvent({
      type: "Order Completed", source: "/shop", subject: encodeURIComponent(subject), data: { products: [{ name: mode }] },
    });
    const told = await send(HTTP[mode](mode === "structured" ? event.cloneWith({ subject }) : event));
    assert.equal(told.recorded, 1, JSON.stringify(told));
    assert.deepEqual(await signals(encodeURIComponent(subject)), { "purchase.item": mode });
  }
});
