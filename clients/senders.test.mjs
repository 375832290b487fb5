// The real clients of Segment, RudderStack, PostHog and Snowplow, and the real SDK of CloudEvents, against a real
// `maat serve`. The program is the one in MAAT_BIN.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";
import { buildPageView, buildSelfDescribingEvent, buildStructEvent, newTracker } from "@snowplow/node-tracker";
import { CloudEvent, HTTP } from "cloudevents";
import { PostHog } from "posthog-node";

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
[[events]]
event = "order_completed"
signal = "purchase.item"
value = "item"
source = "web shop"
[[events]]
event = "choose"
signal = "preference.topic"
value = "label"
source = "account page"
[[events]]
event = "page"
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
  assert.deepEqual(await response.json(), { success: true, recorded: 1, held: 0, unknown: 0, dropped: {}, refused: [] });
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

test("RudderStack's client delivers as it is: its own path, packed, under the type of a form", async () => {
  const errors = [];
  const client = new RudderAnalytics(key, { dataPlaneUrl: address, errorHandler: (error) => errors.push(error), logLevel: "silent" });
  client.identify({ userId: "rosa", traits: { topic: "candles" } });
  client.track({ userId: "rosa", event: "Order Completed", properties: { products: [{ name: "vase" }] } });
  client.track({ userId: "rosa", event: "Something else", properties: { products: [{ name: "bowl" }] } });
  client.track({ anonymousId: "visitor-2", event: "Order Completed", properties: { products: [{ name: "x" }] } });
  await new Promise((done) => client.flush(done));
  assert.deepEqual(errors, []);
  assert.deepEqual(await signals("rosa"), { "preference.topic": "candles", "purchase.item": "vase" });
  assert.deepEqual(await signals("visitor-2"), {});
});

test("PostHog's client delivers as it is: its own path, packed, the key in the body", async () => {
  const errors = [];
  const client = new PostHog(key, { host: address, flushAt: 10, disableGeoip: true });
  client.on("error", (error) => errors.push(error));
  client.identify({ distinctId: "paul", properties: { topic: "kitchen" } });
  client.capture({ distinctId: "paul", event: "Order Completed", properties: { products: [{ name: "teapot" }] } });
  client.capture({ distinctId: "paul", event: "$pageview", properties: { title: "lamps" } });
  client.capture({ distinctId: "paul", event: "Something else", properties: { products: [{ name: "bowl" }] } });
  client.capture({ distinctId: "made-up", event: "Order Completed", properties: { products: [{ name: "x" }], $process_person_profile: false } });
  await client.shutdown();
  assert.deepEqual(errors, []);
  assert.deepEqual(await signals("paul"), { "preference.topic": "kitchen", "purchase.item": "teapot", "purchase.category": "lamps" });
  assert.deepEqual(await signals("made-up"), {});
});

for (const [how, where] of [["in a header", () => [{ namespace: "shop", appId: "shop" }, { customHeaders: { Authorization: `Bearer ${key}` } }]], ["as the id of the app", () => [{ namespace: "shop", appId: key }, {}]]]) {
  test(`Snowplow's tracker delivers as it is, with the key ${how}`, async () => {
    const [own, more] = where();
    const failed = [], url = new URL(address);
    const tracker = newTracker(own, { endpoint: url.hostname, port: Number(url.port), protocol: "http", bufferSize: 10, onRequestFailure: (it) => failed.push(it.message), ...more });
    const subject = `sanne-${own.appId.length}`;
    tracker.setUserId(subject);
    tracker.track(buildSelfDescribingEvent({ event: { schema: "iglu:com.example/order_completed/jsonschema/1-0-0", data: { item: "vase" } } }));
    tracker.track(buildStructEvent({ category: "account", action: "choose", label: "candles" }));
    tracker.track(buildPageView({ pageUrl: "https://shop.example/lamps", pageTitle: "lamps" }));
    tracker.track(buildStructEvent({ category: "account", action: "something else", label: "x" }));
    await tracker.flush();
    assert.deepEqual(failed, []);
    const until = Date.now() + 5000;
    while (!(await signals(subject))["purchase.category"] && Date.now() < until) await new Promise((soon) => setTimeout(soon, 50));
    assert.deepEqual(await signals(subject), { "purchase.item": "vase", "preference.topic": "candles", "purchase.category": "lamps" });
  });
}

test("without a key that holds, nothing of theirs is taken; nor is what is packed wrong or unpacks to too much", async () => {
  const send = (path, body, headers = {}) => fetch(address + path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const rudder = JSON.stringify({ batch: [] });
  const basic = { authorization: `Basic ${btoa(`${key}:`)}` };
  assert.equal((await send("/v1/batch", rudder)).status, 401);
  assert.equal((await send("/v1/batch", rudder, basic)).status, 200);
  for (const path of ["/batch/", "/capture/", "/com.snowplowanalytics.snowplow/tp2"]) {
    for (const body of [{ batch: [], data: [] }, { api_key: "wrong", batch: [], data: [{ aid: "wrong" }] }]) {
      assert.equal((await send(path, JSON.stringify(body))).status, 401, path);
    }
  }
  const packed = { ...basic, "content-encoding": "gzip" };
  assert.equal((await send("/v1/batch", gzipSync(rudder), packed)).status, 200);
  assert.equal((await send("/v1/batch", rudder, packed)).status, 400, "not packed at all");
  assert.equal((await send("/v1/batch", gzipSync(rudder).subarray(0, 20), packed)).status, 400, "cut off");
  assert.equal((await send("/v1/batch", gzipSync(" ".repeat(200_000_000)), packed)).status, 413, "a little that becomes a lot");
  assert.equal((await send("/v1/batch", rudder, { ...basic, "content-encoding": "br" })).status, 415);
  const timed = await send("/batch/", JSON.stringify({ api_key: key, batch: [
    { event: "Order Completed", distinct_id: "pia", timestamp: "2026-11-30", properties: { products: [{ name: "old" }] } },
    { event: "Order Completed", distinct_id: "pia", timestamp: "2026-11-30T10:00:00Z", properties: { products: [{ name: "vase" }] } }] }));
  assert.deepEqual(await timed.json(), { recorded: 1, held: 0, unknown: 0, dropped: { no_moment: 1 }, refused: [] });
});
