// No "no" is lost: a refusal in a real consent banner reaches the ledger at once or on that person's next page, whatever
// stood in its way. Each begins with a yes on record.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { file, serving } from "./demo.mjs";
import { INTRO, MATCHING, PURCHASES, begin, end, open, own, press, strength, told, tokenOf, visit } from "./banner.mjs";

before(begin);
after(end);

const WORDS = { purchases: PURCHASES, matching: MATCHING };

/** A yes on record, given in another browser. */
async function agreed(who) {
  const answers = Object.entries(WORDS).map(([choice, words]) => ({ choice, yes: true, words }));
  const answer = await fetch(`${own.maat}/web/huis/answers`, { method: "POST", headers: { "content-type": "text/plain", origin: own.shop },
    body: JSON.stringify({ token: await tokenOf(who), lang: "nl", place: "Klaro", answers }) });
  assert.equal(answer.status, 200);
  assert.equal(await strength(who, "matching"), "given");
}
/** Waits until the ledger says no to both. */
async function refused(who) {
  const until = Date.now() + 10_000;
  while ((await strength(who, "matching")) !== "none" || (await strength(who, "purchases")) !== "none") {
    assert.ok(Date.now() < until, `the ledger still says yes for ${who}`);
    await new Promise((soon) => setTimeout(soon, 50));
  }
}
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((it) => it.startsWith("maat:huis:kept:")));
const away = (page) => page.route(`${own.maat}/web/**`, (route) => route.abort());

for (const kind of ["klaro", "cookieconsent"]) {
  test(`${kind}: while the network is away; it goes as soon as that is back, and leaves nothing but a mark`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben");
    await context.setOffline(true);
    await press[kind].none(page);
    await told(page, 2);
    assert.equal((await kept(page)).length, 1);
    assert.equal(await strength("ben", "matching"), "given", "it could not arrive");
    await context.setOffline(false);
    await refused("ben");
    await page.waitForFunction(() => !Object.keys(localStorage).some((it) => it.startsWith("maat:huis:kept:")));
    const left = await page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("maat:")));
    assert.equal(left.length, 1);
    assert.match(left[0].join("="), /^maat:huis:mark:\w+=-?\d+$/, "no answer and no token in it");
    await context.close();
  });

  test(`${kind}: while the network is away, and the page is left; the next page brings it`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben", { prepare: away });
    await press[kind].none(page);
    await told(page, 2);
    await page.close();
    assert.equal(await strength("ben", "matching"), "given");
    const next = await visit(kind, "ben", { context });
    await refused("ben");
    await next.page.waitForFunction(() => !Object.keys(localStorage).some((it) => it.startsWith("maat:huis:kept:")));
    await context.close();
  });

  test(`${kind}: it is its own person's, whoever comes to the next page; and nobody else's`, async () => {
    await agreed("ben");
    await agreed("carla");
    const { page, context } = await visit(kind, "ben", { prepare: away });
    await press[kind].none(page);
    await told(page, 2);
    await page.close();
    const next = await visit(kind, "carla", { context });
    await refused("ben");
    await told(next.page, 2);
    assert.equal(await strength("carla", "matching"), "given", "she was not asked");
    await context.close();
  });

  test(`${kind}: before the adapter is there; it brings it when it comes`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben", { order: "late" });
    await press[kind].none(page);
    assert.equal(await strength("ben", "matching"), "given");
    await page.evaluate(() => globalThis.later());
    await refused("ben");
    await context.close();
  });

  test(`${kind}: on a page on which the adapter never came; the next page brings it`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben", { order: "late" });
    await press[kind].none(page);
    await page.close();
    await visit(kind, "ben", { context });
    await refused("ben");
    await context.close();
  });

  test(`${kind}: in a banner that comes after the adapter`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben", { order: "early" });
    await page.waitForTimeout(300);
    await page.evaluate(() => globalThis.later());
    await press[kind].none(page);
    await refused("ben");
    await context.close();
  });

  test(`${kind}: before signing in; the first page with their name brings it`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, undefined);
    await press[kind].none(page);
    await told(page, 2);
    assert.equal(await strength("ben", "matching"), "given");
    await visit(kind, "ben", { context });
    await refused("ben");
    await context.close();
  });

  test(`${kind}: under a token that holds for nobody any more; the next page brings it`, async () => {
    await agreed("ben");
    const { page, context } = await visit(kind, "ben", { token: `${"A".repeat(80)}` });
    await press[kind].none(page);
    await told(page, 2);
    assert.equal(await strength("ben", "matching"), "given");
    await page.close();
    await visit(kind, "ben", { context });
    await refused("ben");
    await context.close();
  });

  test(`${kind}: a service that is busy; the next page brings it`, async () => {
    await agreed("ben");
    const busy = (page) => page.route(`${own.maat}/web/huis/answers`, (route) => route.fulfill({ status: 503, headers: { "access-control-allow-origin": "*" }, body: "{}" }));
    const { page, context } = await visit(kind, "ben", { prepare: busy });
    await press[kind].none(page);
    await told(page, 2);
    await page.close();
    await visit(kind, "ben", { context });
    await refused("ben");
    await context.close();
  });

  test(`${kind}: what arrived is not said again: a later yes elsewhere stands`, async () => {
    const { page, context } = await visit(kind, "ben");
    await press[kind].none(page);
    await refused("ben");
    await told(page, 2);
    await agreed("ben");
    const next = await visit(kind, "ben", { context });
    assert.deepEqual((await told(next.page, 2))[1], ["update", []], "this banner still says no");
    assert.equal(await strength("ben", "matching"), "given");
    await context.close();
  });

  test(`${kind}: no, and then yes in the same banner, ends as yes`, async () => {
    const { page, context, said } = await visit(kind, "ben", { prepare: away });
    await press[kind].none(page);
    await told(page, 2);
    await page.unroute(`${own.maat}/web/**`);
    // Both let somebody come back to it.
    if (kind === "klaro") {
      await page.evaluate(() => globalThis.klaro.show(undefined, true));
      await page.locator("label[for=service-item-ads]").first().click();
      await page.locator(".cm-btn-accept").first().click();
    } else {
      await page.evaluate(() => globalThis.CookieConsent.show(true));
      await press[kind].all(page);
    }
    await told(page, 3);
    assert.equal(await strength("ben", "matching"), "given", said.join("\n"));
    const next = await visit(kind, "ben", { context });
    await told(next.page, 2);
    assert.equal(await strength("ben", "matching"), "given", "nothing that was said before comes after it");
    await context.close();
  });

  test(`${kind}: without room on the device it still arrives`, async () => {
    await agreed("ben");
    const full = (page) => page.addInitScript(() => Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } }));
    const { page, context } = await visit(kind, "ben", { prepare: async (page) => { await full(page); await away(page); } });
    await press[kind].none(page);
    await told(page, 2);
    await page.close();
    await visit(kind, "ben", { context, prepare: full });
    await refused("ben");
    await context.close();
  });

  test(`${kind}: words that a style draws in capitals, with hyphens that do not show, are the words`, async () => {
    const hyphens = INTRO.replaceAll("versleutelde", "ver\u00adsleutel\u00adde").replaceAll("aankopen", "aan\u00adkopen");
    const { page, context, said } = await visit(kind, "dirk", { intro: hyphens, style: ".klaro *, #cc-main * { text-transform: uppercase !important; }" });
    await press[kind].all(page);
    await told(page, 2);
    assert.equal(await strength("dirk", "matching"), "given", said.join("\n"));
    await press[kind].off(page);
    await context.close();
  });

  test(`${kind}: words that are there and cannot be seen are not the words`, async () => {
    const hidden = `Cookies? <span style="display:none">${INTRO}</span><span style="opacity:0">${INTRO}</span><span style="visibility:hidden">${INTRO}</span>`;
    const { page, context, said } = await visit(kind, "eva", { intro: hidden });
    if (kind === "klaro") await page.evaluate((html) => (document.querySelector(".klaro p").innerHTML = html), hidden);
    await press[kind].all(page);
    await told(page, 2);
    assert.match(said.join("\n"), /no yes to "matching" is recorded/);
    assert.equal(await strength("eva", "matching"), "none");
    await context.close();
  });
}

/** A page with the interface of the IAB, and a server that writes down what comes. */
async function strings(steps) {
  const came = [];
  const answers = await serving((request, body) => {
    if (request.method === "POST") {
      came.push(JSON.parse(body));
      return [steps.status ?? 200, { "content-type": "application/json", "access-control-allow-origin": "*" }, JSON.stringify({ recorded: 1, standing: {} })];
    }
    const name = request.url.slice(1);
    if (name.endsWith(".js")) return [200, { "content-type": "text/javascript", "access-control-allow-origin": "*" }, file(`web/adapters/${name}`)];
    return [200, { "content-type": "text/html" }, `<!DOCTYPE html><html lang="nl"><title>t</title><body><script type="module">
      import { tcf } from "/maat-banner.js";
      globalThis.say = (eventStatus, tcString) => globalThis.heard({ eventStatus, tcString }, true);
      globalThis.come = () => (globalThis.__tcfapi = (_, version, heard) => (globalThis.heard = heard));
      tcf({ controller: "huis", token: new URLSearchParams(location.search).get("token") ?? undefined, services: {} });
      globalThis.ready = true;</script>`];
  });
  const context = await open.newContext();
  const load = async (token) => {
    const page = await context.newPage();
    await page.goto(`${answers.origin}/${token ? `?token=${token}` : ""}`);
    await page.waitForFunction(() => globalThis.ready);
    await page.evaluate(() => globalThis.come());
    await page.waitForFunction(() => globalThis.heard);
    return { page, say: async (...what) => { await page.evaluate((what) => globalThis.say(...what), what); await page.waitForTimeout(150); } };
  };
  const seen = () => came.splice(0).map((it) => [it.token, it.tcf, it.said]);
  return { load, seen, steps, stop: async () => { await context.close(); await answers.stop(); } };
}

test("TCF: a string that was clicked is said to be of now, in its order; one that the banner knew, once, of before", async () => {
  const own = await strings({});
  const one = await own.load("anna");
  await one.say("tcloaded", "OLD");
  for (const string of ["YES", "NO", "YES"]) {
    await one.say("cmpuishown", "");
    await one.say("useractioncomplete", string);
  }
  assert.deepEqual(own.seen(), [["anna", "OLD", "before"], ["anna", "YES", "now"], ["anna", "NO", "now"], ["anna", "YES", "now"]]);
  await one.say("useractioncomplete", "YES");
  const two = await own.load("anna");
  await two.say("tcloaded", "YES");
  assert.deepEqual(own.seen(), [], "it comes again, and nobody clicked");
  await own.stop();
});

test("TCF: before signing in, and while the service is away", async () => {
  const own = await strings({});
  const nameless = await own.load();
  await nameless.say("useractioncomplete", "NO");
  assert.deepEqual(own.seen(), []);
  const named = await own.load("anna");
  await named.say("tcloaded", "NO");
  assert.deepEqual(own.seen(), [["anna", "NO", "before"]]);
  own.steps.status = 503;
  await named.say("useractioncomplete", "LESS");
  own.seen();
  own.steps.status = 200;
  const next = await own.load("carla");
  await next.say("tcloaded", "LESS");
  assert.deepEqual(own.seen(), [["anna", "LESS", "before"]], "in the name of whose it is, and of nobody else");
  await own.stop();
});
