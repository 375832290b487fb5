// The module `maat.js` in Chromium, against a server that behaves and one that does not. The page has a
// strict policy of its own, and pins the module by its hash.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { browser } from "./pages.mjs";
import { NOTHING, file, kept, moved, serving, watched } from "./demo.mjs";

const MODULE = file("web/maat.js");
const INTEGRITY = `sha384-${createHash("sha384").update(MODULE).digest("base64")}`;
const HOSTILE = `<img src=x onerror="globalThis.owned=1"><script>globalThis.owned=1</script>"'&`;

const SLOTS = `
<div data-maat-slot="hero" class="box"><h1 data-maat-place>Plain words</h1></div>
<div data-maat-slot="window" class="box"><div data-maat-place><b>plain picture</b></div>
<template data-maat-visual="kitchen"><i>kitchen picture</i></template></div>
<div data-maat-slot="mood" class="box" data-maat-styles="warm cool">mood</div>
<ul data-maat-slot="tips" class="box"><li>plain one</li><li>plain two</li></ul>
<template data-maat-product="a"><li>article a</li></template><template data-maat-product="b"><li>article b</li></template>
<p data-maat-slot="price" class="box">€ 12,95</p>
<button id="after">after</button>`;
const STYLE = ".box{height:5rem;width:20rem;margin:1rem}h1{font-size:1rem;height:3rem;margin:0}";

const page = (maat, { body = SLOTS, more = "", tag = true } = {}) => `<!DOCTYPE html><html lang="en"><head>
<title>A shop</title><link rel="stylesheet" href="/style.css">${
  tag ? `<script type="module" src="${maat}/maat.js" integrity="${INTEGRITY}" crossorigin="anonymous" data-controller="own" data-brief="home" data-page="candles" data-subject-token="sealed" ${more}></script>` : ""
}</head><body>${body}</body></html>`;

const WORDS = { why: "Why this?", title: "Why do you see this?", close: "Close" };
const LINKS = [{ text: "Less personal", href: "https://maat.example/why/1#less" }, { text: "bad", href: "javascript:alert(1)" }];
const said = (slot, kind, value) => ({ slot, kind, value, why: `because of ${slot}` });
const FULL = {
  lang: "en", words: WORDS, links: LINKS,
  slots: [
    said("hero", "text", "Personal words"), said("window", "visual", "kitchen"), said("mood", "style", "warm"),
    said("tips", "product", "b a"), said("price", "price", "€ 1"), said("unknown", "text", "nowhere"),
  ],
};
const json = (value, status = 200) => [status, { "content-type": "application/json", "access-control-allow-origin": "*" }, typeof value === "string" ? value : JSON.stringify(value)];

let open, maat, shop, answer, html;
const asked = [];
before(async () => {
  // Playwright turns off the memory of pages that were left; people have it.
  open = await browser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  maat = await serving((request, body) => {
    if (request.url === "/maat.js" || request.url === "/maat.js?again")
      return [200, { "content-type": "text/javascript", "access-control-allow-origin": "*" }, MODULE];
    if (request.url === "/web/own/slots") {
      asked.push({ ...JSON.parse(body), method: request.method, headers: request.headers });
      return answer(JSON.parse(body));
    }
    return [404, {}, ""];
  });
  shop = await serving((request) => {
    if (request.url === "/style.css") return [200, { "content-type": "text/css" }, STYLE];
    const policy = `default-src 'none'; script-src ${maat.origin}; connect-src ${maat.origin}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;
    return [200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }, html];
  });
});
after(async () => {
  await open.close();
  await maat.stop();
  await shop.stop();
});

async function visit({ answers, content, context: options = {}, prepare } = {}) {
  answer = answers ?? (() => json(FULL));
  html = content ?? page(maat.origin);
  asked.length = 0;
  const context = await open.newContext(options);
  const seen = await watched(context);
  const page_ = await context.newPage();
  await prepare?.(page_, context);
  await page_.goto(shop.origin);
  return { page: page_, seen, context };
}
/** A visit in which the answer came in time: on a busy machine the first may not. */
async function filled(options) {
  for (let tries = 1; ; tries += 1) {
    const own = await visit(options);
    await settled(own.page);
    if (tries === 10 || (await own.page.locator("maat-why").count())) return own;
    await own.context.close();
  }
}
const settled = (page) => page.waitForTimeout(400);
const body = (page) => page.evaluate(() => document.body.outerHTML);
const text = (page, selector) => page.locator(selector).innerText();

test("it is small", () => {
  const bytes = gzipSync(MODULE, { level: 9 }).length;
  console.log(`maat.js: ${bytes} bytes gzipped`);
  assert.ok(bytes < 4500, `${bytes} bytes`);
});

test("allowed slots are filled, each explained, and nothing moves, is refused or is kept", async () => {
  const { page, seen, context } = await filled();
  assert.equal(await text(page, "h1"), "Personal words");
  assert.equal(await text(page, "[data-maat-slot=window] i"), "kitchen picture");
  assert.equal(await page.locator(".warm").count(), 1);
  assert.deepEqual(await page.locator("[data-maat-slot=tips] > li:visible").allInnerTexts(), ["article b", "article a"]);
  assert.equal(await text(page, "[data-maat-slot=window]").then((it) => it.includes("plain")), false, "and nothing plain beside it");
  assert.equal(await text(page, "[data-maat-slot=price]"), "€ 12,95", "a price stays, whatever the answer says");
  assert.equal(await page.locator("maat-why").count(), 4);
  assert.deepEqual(await moved(page), { shift: 0, refused: [] });
  assert.deepEqual(await kept(page), NOTHING);
  assert.deepEqual(seen.faults, []);
  const [one] = asked;
  assert.equal(asked.length, 1, "one question for all slots");
  assert.deepEqual(one.slots, ["hero", "window", "mood", "tips", "price"]);
  assert.deepEqual([one.brief, one.page, one.token, one.lang, one.gpc], ["home", "candles", "sealed", "en", false]);
  assert.equal(one.headers.cookie, undefined);
  assert.equal(one.headers.referer, undefined);
  assert.equal(one.method, "POST", "without asking leave beforehand");
  await context.close();
});

const plainAgain = { "a slow server": () => new Promise((late) => setTimeout(() => late(json(FULL)), 260)),
  "a server that says nothing": () => undefined,
  "a fault": () => json({ detail: "no" }, 500),
  "a refusal": () => json({ lang: "en", words: WORDS, links: [], slots: [] }),
  "a limit": () => json({ detail: "slower" }, 429),
  "no JSON": () => json("<html>"),
  "JSON of another form": () => json({ slots: "all" }),
  "nothing in it": () => json("null"),
  "slots without their words": () => json({ slots: FULL.slots, links: LINKS }),
  "slots without a reason": () => json({ ...FULL, slots: FULL.slots.map((it) => ({ ...it, why: "" })) }),
  "values that are no text": () => json({ ...FULL, slots: FULL.slots.map((it) => ({ ...it, value: { toString: 1 } })) }),
  "kinds that are none": () => json({ ...FULL, slots: FULL.slots.map((it) => ({ ...it, kind: "constructor" })) }),
  "ids and classes that the page does not list": () => json({ ...FULL, slots: [said("window", "visual", "garden"), said("mood", "style", "hidden"), said("tips", "product", "a zz")] }),
  "another site at the end": () => [302, { location: "http://127.0.0.1:9/", "access-control-allow-origin": "*" }, ""],
};
for (const [what, answers] of Object.entries(plainAgain)) {
  test(`${what}: the plain page, unchanged`, async () => {
    const before = await visit({ content: page(maat.origin, { tag: false }) });
    const plain = await body(before.page);
    await before.context.close();
    const { page: own, context } = await visit({ answers });
    await settled(own);
    assert.equal(await body(own), plain);
    assert.deepEqual(await moved(own), { shift: 0, refused: [] });
    await context.close();
  });
}

test("an answer that is late by a busy page is dropped too", async () => {
  const busy = () => {
    const until = performance.now() + 350;
    while (performance.now() < until);
  };
  const { page: own, context } = await visit({
    prepare: (page) => page.addInitScript(`const f = fetch; globalThis.fetch = (...a) => { const r = f(...a); (${busy})(); return r; };`),
  });
  await settled(own);
  assert.equal(await text(own, "h1"), "Plain words");
  await context.close();
});

test("without scripts, without Maat, or with another module than was pinned, the page is plain", async () => {
  for (const [content, options] of [
    [page(maat.origin), { javaScriptEnabled: false }],
    [page("http://127.0.0.1:9"), {}],
    [page(maat.origin).replace(INTEGRITY, `sha384-${"A".repeat(64)}`), {}],
  ]) {
    const { page: own, context } = await visit({ content, context: options });
    if (options.javaScriptEnabled !== false) await settled(own);
    assert.equal(await own.locator("h1").innerText(), "Plain words");
    assert.equal(asked.length, 0);
    await context.close();
  }
});

test("hostile values are text and nothing else", async () => {
  const slots = [said("hero", "text", HOSTILE), said("mood", "style", HOSTILE), said("tips", "product", HOSTILE), said("window", "visual", HOSTILE)];
  const hostile = { lang: HOSTILE, words: { why: HOSTILE, title: HOSTILE, close: HOSTILE }, links: [{ text: HOSTILE, href: "javascript:globalThis.owned=1" }, { text: HOSTILE, href: "https://maat.example/" }],
    slots: slots.map((it) => ({ ...it, why: HOSTILE })) };
  const { page: own, context } = await filled({ answers: () => json(hostile) });
  assert.equal(await text(own, "h1"), HOSTILE);
  assert.equal(await own.evaluate(() => globalThis.owned), undefined);
  assert.equal(await own.locator("img, script:not([type=module])").count(), 0);
  const inside = await own.evaluate(() => [...document.querySelectorAll("maat-why")].map((it) => it.shadowRoot.innerHTML).join());
  assert.doesNotMatch(inside, /<img|<script|javascript:/);
  await context.close();
});

test("the reason opens by keyboard, is read from its beginning, and gives the focus back", async () => {
  const { page: own, context } = await filled();
  const focused = () => own.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return `${at.localName}:${at.textContent.trim().slice(0, 20)}`;
  });
  await own.keyboard.press("Tab");
  assert.equal(await focused(), "button:Why this?");
  await own.keyboard.press("Enter");
  const panel = own.locator("[role=dialog]").first();
  await panel.waitFor({ state: "visible" });
  assert.match(await panel.innerText(), /Why do you see this\?\s+because of hero\s+Less personal\s+Close/);
  assert.equal((await focused()).slice(0, 4), "div:");
  await own.keyboard.press("Tab");
  assert.equal(await focused(), "a:Less personal");
  assert.equal(await own.locator("maat-why").first().locator("a").count(), 1, "only real addresses");
  await own.keyboard.press("Tab");
  assert.equal(await focused(), "button:Close");
  await own.keyboard.press("Enter");
  await panel.waitFor({ state: "hidden" });
  assert.equal(await focused(), "button:Why this?");
  await own.keyboard.press("Space");
  await panel.waitFor({ state: "visible" });
  await own.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  assert.equal(await focused(), "button:Why this?");
  assert.deepEqual(await moved(own), { shift: 0, refused: [] });
  await context.close();
});

test("what would move the page stays plain", async () => {
  const long = "A very long sentence that needs many more lines than the plain one. ".repeat(6);
  const content = page(maat.origin, { body: `<div data-maat-slot="hero"><p data-maat-place>Short</p></div><p id="below">below</p>` });
  const { page: own, context } = await visit({ content, answers: () => json({ ...FULL, slots: [said("hero", "text", long)] }) });
  await settled(own);
  assert.equal(await text(own, "[data-maat-place]"), "Short");
  assert.equal((await moved(own)).shift, 0);
  await context.close();
});

test("a reason has no room in a link, so that slot stays plain", async () => {
  const content = page(maat.origin, { body: `<a href="#x"><span data-maat-slot="hero" class="box">Plain</span></a>` });
  const { page: own, context } = await visit({ content });
  await settled(own);
  assert.equal(await text(own, "[data-maat-slot]"), "Plain");
  await context.close();
});

test("Global Privacy Control is told", async () => {
  const { page: own, context } = await visit({
    prepare: (page) => page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true })),
  });
  await settled(own);
  assert.equal(asked[0].gpc, true);
  await context.close();
});

test("loaded twice it asks once, and slots that come later are filled when it is told", async () => {
  const twice = `<script type="module" src="${maat.origin}/maat.js?again" data-controller="own" data-brief="home"></script>`;
  const { page: own, context } = await filled({ content: page(maat.origin).replace("</body>", `<main></main>${twice}</body>`) });
  assert.equal(asked.length, 1);
  await own.evaluate(() => {
    const slot = document.createElement("div");
    slot.className = "box";
    slot.dataset.maatSlot = "hero";
    slot.textContent = "Plain";
    document.querySelector("main").append(slot);
    return globalThis.maat.fill(document.querySelector("main"));
  });
  assert.match(await text(own, "main"), /Personal words/);
  assert.deepEqual(asked[1].slots, ["hero"]);
  await own.evaluate(() => globalThis.maat.plain());
  assert.equal(await text(own, "h1"), "Plain words");
  assert.deepEqual(await own.locator("[data-maat-slot=tips] > li").allInnerTexts(), ["plain one", "plain two"]);
  assert.equal(await own.locator("maat-why, .warm").count(), 0);
  await context.close();
});

test("a page that comes back from the browser's memory asks anew, and shows nothing that was withdrawn", async () => {
  const { page: own, context } = await filled();
  await own.evaluate(() => (globalThis.same = true));
  answer = () => json({ ...FULL, slots: [] });
  html = page(maat.origin, { tag: false });
  await own.goto(`${shop.origin}/elsewhere`);
  asked.length = 0;
  await own.evaluate(() => history.back());
  await settled(own);
  assert.equal(await text(own, "h1"), "Plain words");
  assert.equal(await own.evaluate(() => globalThis.same), true, "it is the page that was left");
  assert.equal(asked.length, 1, "asked again");
  await context.close();
});

test("a slot that came late is asked for by itself, and the console says so once", async () => {
  const told = [];
  const { page: own, context } = await filled({ prepare: (page) => page.on("console", (it) => told.push(it.text())) });
  const come = () => own.evaluate(() => {
    const slot = document.createElement("div");
    slot.className = "box";
    slot.dataset.maatSlot = "hero";
    slot.textContent = "Plain";
    document.body.append(slot);
  });
  told.length = asked.length = 0;
  await come();
  await settled(own);
  await come();
  await settled(own);
  assert.deepEqual(asked.map((it) => it.slots), [["hero"], ["hero"]]);
  assert.equal(await own.locator("[data-maat-slot=hero] > maat-why").count(), 3);
  assert.equal(told.filter((it) => /slot "hero" came late/.test(it)).length, 1, told.join());
  await context.close();
});

test("an answer that came late is told, once", async () => {
  const told = [];
  const { page: own, context } = await visit({ answers: plainAgain["a slow server"], prepare: (page) => page.on("console", (it) => told.push(it.text())) });
  await settled(own);
  await own.evaluate(() => globalThis.maat.fill());
  await settled(own);
  assert.equal(told.filter((it) => /came late/.test(it)).length, 1);
  await context.close();
});

test("nothing of the page is taken out of it, and what it writes stays", async () => {
  const { page: own, context } = await filled({ prepare: (page) => page.addInitScript(() => {
    globalThis.gone = [];
    new MutationObserver((all) => all.forEach((it) => it.removedNodes.forEach((node) => globalThis.gone.push(node.nodeName)))).observe(document, { childList: true, subtree: true });
  }) });
  assert.deepEqual(await own.evaluate(() => globalThis.gone), []);
  await own.evaluate(() => (document.querySelector("h1").firstChild.data = "Newer plain words"));
  assert.equal(await text(own, "h1"), "Personal words", "it is still adapted");
  await own.evaluate(() => (document.querySelector("h1").textContent = "Newest"));
  assert.equal(await text(own, "h1"), "Personal words");
  assert.equal(await own.locator("maat-why").count(), 4);
  await own.evaluate(() => globalThis.maat.plain());
  assert.equal(await text(own, "h1"), "Newest");
  assert.deepEqual(await own.locator("[data-maat-own]").count(), 0);
  await context.close();
});

test("a page that keeps writing over a slot gets it plain, without a reason beside it, and goes on", async () => {
  const { page: own, context } = await filled();
  await own.evaluate(() => {
    const place = document.querySelector("h1");
    new MutationObserver(() => place.textContent === "Mine" || (place.textContent = "Mine")).observe(place, { childList: true, characterData: true, subtree: true });
    place.textContent = "Mine";
  });
  await settled(own);
  assert.equal(await text(own, "h1"), "Mine");
  assert.equal(await own.locator("[data-maat-slot=hero] > maat-why").count(), 0);
  assert.equal(await own.locator("maat-why").count(), 3, "the others are as they were");
  await context.close();
});

test("an element of the page that is named as the module is does not stand in its way", async () => {
  const { page: own, context } = await filled({ content: page(maat.origin).replace("<body>", '<body id="maat">') });
  assert.equal(await text(own, "h1"), "Personal words");
  await context.close();
});

/** As a browser tells a page that it is looked at, or not. */
const look = (page, at) => page.evaluate((at) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: !at });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}, at);

test("of two tabs, the one that is looked at again shows nothing that was withdrawn in the other", async () => {
  const { page: own, context } = await filled();
  asked.length = 0;
  await look(own, false);
  assert.equal(await text(own, "h1"), "Plain words");
  answer = () => json({ ...FULL, slots: [] });
  await look(own, true);
  await settled(own);
  assert.equal(asked.length, 1);
  assert.equal(await text(own, "h1"), "Plain words");
  assert.equal(await own.locator("maat-why").count(), 0);
  answer = () => json(FULL);
  await look(own, false);
  await look(own, true);
  await settled(own);
  assert.equal(await text(own, "h1"), "Personal words");
  // Whoever signed out while nobody looked is not asked for again.
  await own.evaluate(() => globalThis.maat.plain());
  await look(own, false);
  await look(own, true);
  await settled(own);
  assert.equal(await text(own, "h1"), "Plain words");
  await context.close();
});

test("while it is made ahead, it asks nothing", async () => {
  const { page: own, context } = await visit({ prepare: (page) => page.addInitScript(() => {
    if (document.readyState === "loading") Object.defineProperty(document, "hidden", { configurable: true, value: true });
  }) });
  await settled(own);
  assert.equal(asked.length, 0);
  await look(own, true);
  await settled(own);
  assert.equal(asked.length, 1);
  await context.close();
});
