// The module on pages of frameworks with routing in the browser: real React 18 and 19, Vue 3 and Svelte 5, in Chromium.
// MAAT_VARIANTS=all also takes them as they are developed, and what a server of React made beforehand.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { browser } from "./pages.mjs";
import { file, serving } from "./demo.mjs";
import { NAMES, app, rendered } from "./frameworks.mjs";

const WORDS = { why: "Waarom dit?", title: "Waarom zie je dit?", close: "Sluiten" };
const said = (slot, kind, value) => ({ slot, kind, value, why: `om ${slot}` });
const SLOTS = [said("hero", "text", "Personal words"), said("line", "text", "A personal line"), said("mood", "style", "warm"), said("tips", "product", "b a")];
const STYLE = ".box{display:block;height:6rem;width:20rem;margin:1rem;overflow:hidden}h1{font-size:1rem;height:3rem;margin:0}";

let open, maat, shop, script, inside;
const asked = [];
before(async () => {
  open = await browser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  maat = await serving((request, body) => {
    const headers = { "content-type": "text/javascript", "access-control-allow-origin": "*" };
    if (request.url === "/maat.js") return [200, headers, file("web/maat.js")];
    const ask = JSON.parse(body);
    asked.push(ask);
    const slots = ask.token ? SLOTS.filter((it) => ask.slots.includes(it.slot)) : [];
    return [200, { ...headers, "content-type": "application/json" }, JSON.stringify({ lang: "nl", words: WORDS, links: [], slots })];
  });
  shop = await serving((request) => {
    if (request.url === "/app.js") return [200, { "content-type": "text/javascript" }, script];
    if (request.url === "/style.css") return [200, { "content-type": "text/css" }, STYLE];
    const policy = `default-src 'none'; script-src 'self' ${maat.origin}; connect-src ${maat.origin}; style-src 'self' 'unsafe-inline'`;
    return [200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }, `<!DOCTYPE html><html lang="nl"><head><title>t</title>
      <link rel="stylesheet" href="/style.css"></head><body><div id="app">${inside}</div>
      <template data-maat-product="a"><li>article a</li></template><template data-maat-product="b"><li>article b</li></template>
      <script type="module" src="/app.js"></script><script id="maat" type="module" src="${maat.origin}/maat.js" data-controller="own" data-brief="home" data-subject-token="anna"></script></body></html>`];
  });
});
after(async () => {
  await open.close();
  await maat.stop();
  await shop.stop();
});

async function visit(path = "/") {
  asked.length = 0;
  const context = await open.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [], told = [];
  page.on("pageerror", (it) => faults.push(String(it)));
  page.on("console", (it) => (it.type() === "error" ? faults : told).push(it.text()));
  await page.goto(shop.origin + path);
  return { page, context, faults, told };
}

/** What stands on the page, as a person sees it: of each slot its text, whether it is warm, and whether it says why. */
const seen = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-maat-slot]")].map((slot) => {
  const why = slot.querySelectorAll(":scope > maat-why").length;
  return [slot.dataset.maatSlot, [slot.innerText.replace(/\s+/g, " ").trim(), slot.classList.contains("warm"), why]];
})));
const ADAPTED = { hero: ["Personal words", false, 1], line: ["A personal line", false, 1], mood: ["mood", true, 1], tips: ["article b article a", false, 1] };
const plainly = (words, times, tips) => ({ hero: [`${words} of ${times}`, false, 0], line: [words, false, 0], mood: ["mood", false, 0], tips: [tips, false, 0] });
/** Waits until the page looks so; on a busy machine an answer may come late, and then the page asks again. */
async function looks(page, wanted, why) {
  const until = Date.now() + 8000;
  for (;;) {
    const now = await seen(page);
    try {
      assert.deepEqual(now, wanted, why);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await page.waitForTimeout(50);
  }
}
const adapts = async (page, why) => {
  await page.waitForTimeout(300);
  // A busy machine may have missed the 150 ms: then the page itself asks again.
  if (!(await page.locator("maat-why").count())) await page.evaluate(() => globalThis.maat.fill());
  await looks(page, ADAPTED, why);
};

async function lives(page, faults) {
  await adapts(page, "at first");
  await page.click("#again");
  await page.waitForTimeout(100);
  await looks(page, ADAPTED, "the same words drawn again");
  await page.click("#words");
  await page.waitForTimeout(100);
  await looks(page, ADAPTED, "other plain words");
  for (let nth = 0; nth < 4; nth += 1) await page.click("#list");
  await page.click("#mood");
  await page.waitForTimeout(100);
  await looks(page, ADAPTED, "other plain articles, another class");
  await page.click("#other");
  await page.waitForFunction(() => document.body.innerText.includes("Other page"));
  assert.equal(await page.locator("maat-why").count(), 0);
  await page.click("#home");
  await page.locator("[data-maat-slot=hero]").waitFor();
  await adapts(page, "another route and back");
  for (let nth = 0; nth < 3; nth += 1) {
    await page.click("#other");
    await page.click("#home");
  }
  await page.locator("[data-maat-slot=hero]").waitFor();
  await adapts(page, "back and forth");
  await page.click("#again");
  await page.click("#words");
  await page.click("#list");
  await page.waitForTimeout(100);
  await looks(page, ADAPTED, "written over again");
  // Signing out: the page says that nobody is logged in any more.
  await page.evaluate(() => document.getElementById("maat").removeAttribute("data-subject-token"));
  await page.waitForTimeout(300);
  await looks(page, plainly("Newer words", 1, "plain three"), "signed out, all is plain and as the page has it now");
  await page.click("#again");
  await page.click("#list");
  await looks(page, plainly("Newer words", 2, "plain one plain four plain two"), "and the page goes on");
  await page.click("#other");
  await page.click("#home");
  await page.waitForTimeout(300);
  await looks(page, plainly("Plain words", 0, "plain one plain two"), "also on the next route");
  assert.deepEqual(faults, []);
}

const variants = process.env.MAAT_VARIANTS === "all" ? [false, true] : [false];
for (const name of NAMES) {
  for (const dev of variants) {
    test(`${name}${dev ? ", as it is developed" : ""}: an adapted slot outlives routes and drawing again, and goes plain at sign-out`, async () => {
      [script, inside] = [await app(name, dev), ""];
      const { page, context, faults } = await visit();
      await lives(page, faults);
      await context.close();
    });
  }

  test(`${name}: told to be plain it stays so, whatever the page draws, until it is told to fill`, async () => {
    [script, inside] = [await app(name), ""];
    const { page, context, faults, told } = await visit();
    await adapts(page);
    await page.evaluate(() => globalThis.maat.plain());
    await looks(page, plainly("Plain words", 0, "plain one plain two"));
    await page.click("#words");
    await page.click("#other");
    await page.click("#home");
    await page.waitForTimeout(400);
    await looks(page, plainly("Plain words", 0, "plain one plain two"));
    await page.evaluate(() => globalThis.maat.fill());
    await adapts(page);
    assert.deepEqual(faults, []);
    assert.ok(told.filter((it) => /slot "hero" came late/.test(it)).length <= 1, "said once at most");
    await context.close();
  });
}

for (const name of variants.length > 1 ? NAMES.filter((it) => it.startsWith("react")) : []) {
  for (const late of [false, true]) {
    test(`${name}: made by a server, and taken over by React ${late ? "after" : "about when"} it was adapted`, async () => {
      [script, inside] = [await app(name), await rendered(name)];
      const { page, context, faults } = await visit(late ? "/?wait" : "/");
      if (late) {
        await adapts(page);
        await page.evaluate(() => globalThis.hydrate());
      }
      await page.waitForTimeout(300);
      // React tells of what it did not make itself, and makes it anew.
      await lives(page, []);
      assert.deepEqual(faults.filter((it) => !/hydrat|418|423|425|Minified React error/i.test(it)), []);
      await context.close();
    });
  }
}
