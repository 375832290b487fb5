// Consent banners and the ledger: the real Klaro and CookieConsent, in Chromium, with `maat serve --demo`
// behind them. The pages of the test stand at the shop's address, where the demo lets pages ask.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { browser } from "./pages.mjs";
import { demo, file } from "./demo.mjs";

const PURCHASES = "Mogen we je aankopen gebruiken om nieuws, tips en beloningen op je af te stemmen, per mail en op onze site?";
const MATCHING = "Mogen we je versleutelde e-mailadres aan Meta en Google geven, zodat je daar advertenties van ons ziet die passen bij je aankopen, je winkelmand, waar je ongeveer bent en wat je zelf opgaf?";
const SERVICES = {
  tips: { choice: "purchases", words: PURCHASES },
  ads: { choice: "matching", words: MATCHING, modes: ["ad_storage", "ad_user_data", "ad_personalization"] },
  count: { modes: ["analytics_storage"] },
};
const INTRO = `Jij kiest. ${PURCHASES} ${MATCHING} En tellen we je mee?`;

const klaroConfig = (intro) => `
  window.klaroConfig = { version: 1, groupByPurpose: false, elementID: "klaro", storageMethod: "cookie", storageName: "klaro", default: false, mustConsent: false, acceptAll: true, hideDeclineAll: false, lang: "nl",
    translations: { nl: { consentNotice: { description: ${JSON.stringify(intro)} }, purposes: { all: "Alles" }, tips: { description: ${JSON.stringify(PURCHASES)} }, ads: { description: ${JSON.stringify(MATCHING)} } } },
    services: [{ name: "tips", title: "Tips", purposes: ["all"] }, { name: "ads", title: "Advertenties", purposes: ["all"] }, { name: "count", title: "Tellen", purposes: ["all"] }] };`;

const klaroPage = ({ maat, token, intro }) => [
  `<div id="klaro"></div><script>${klaroConfig(intro)}</script><script src="/lib/klaro.js"></script>
   <script type="module">import { klaro } from "${maat}/maat-klaro.js";
   globalThis.manager = globalThis.klaro.getManager();
   klaro(manager, ${JSON.stringify({ controller: "huis", token, services: SERVICES })});
   globalThis.ready = true;</script>`,
];

const cookiePage = ({ maat, token, intro }) => [
  `<link rel="stylesheet" href="/lib/cc.css"><script type="module">
   import { cookieconsent } from "${maat}/maat-cookieconsent.js";
   import * as CookieConsent from "/lib/cc.js";
   cookieconsent(${JSON.stringify({ controller: "huis", token, services: SERVICES })});
   globalThis.CookieConsent = CookieConsent;
   await CookieConsent.run({ hideFromBots: false, categories: { need: { enabled: true, readOnly: true }, tips: {}, ads: {}, count: {} }, language: { default: "nl", translations: { nl: {
     consentModal: { title: "Jouw keuze", description: ${JSON.stringify(intro)}, acceptAllBtn: "Alles goed", acceptNecessaryBtn: "Liever niet", showPreferencesBtn: "Per stuk" },
     preferencesModal: { title: "Per stuk", acceptAllBtn: "Alles goed", acceptNecessaryBtn: "Liever niet", savePreferencesBtn: "Bewaar", closeIconLabel: "Sluit", sections: [
       { title: "Tips", description: ${JSON.stringify(PURCHASES)}, linkedCategory: "tips" }, { title: "Advertenties", description: ${JSON.stringify(MATCHING)}, linkedCategory: "ads" }, { title: "Tellen", description: "Tellen we je mee?", linkedCategory: "count" } ] } } } } });
   globalThis.ready = true;</script>`,
];

let open, own;
before(async () => {
  [open, own] = await Promise.all([browser(), demo()]);
});
after(async () => {
  await open?.close();
  await own?.stop();
});

/** A visit token, as the shop's pages carry it. */
const tokenOf = async (who) => (await (await fetch(`${own.shop}/nl/${who}`)).text()).match(/data-subject-token="([^"]+)"/)[1];
const SUBJECTS = { ben: "16986", carla: "16532", dirk: "15653", anna: "15327", eva: "13819" };
/** How strong an answer is in the ledger. */
const stands = async (who) => {
  const answer = await fetch(`${own.maat}/v1/subjects/${SUBJECTS[who]}/consents`, { headers: { authorization: `Bearer ${own.key}` } });
  assert.equal(answer.status, 200);
  const { items } = await answer.json();
  return Object.fromEntries(items.map((it) => [it.choice, it]));
};
const strength = async (who, choice) => (await stands(who))[choice]?.strength ?? "none";
/** Which slots a decision adapts now. */
const slots = async (who, gpc = false) => {
  const answer = await fetch(`${own.maat}/web/huis/slots`, { method: "POST", headers: { "content-type": "text/plain", origin: own.shop },
    body: JSON.stringify({ brief: "shop-nl", slots: ["hero", "tips"], lang: "nl", token: await tokenOf(who), gpc }) });
  return (await answer.json()).slots.map((it) => it.slot);
};

async function visit(kind, who, { context, intro = INTRO, gpc = false } = {}) {
  const token = who && (await tokenOf(who));
  // The page is made by the test, so Chromium does not know that it comes from this machine.
  context ??= await open.newContext({ permissions: ["local-network-access"] });
  const page = await context.newPage();
  const said = [];
  page.on("console", (it) => said.push(it.text()));
  page.on("pageerror", (it) => said.push(String(it)));
  if (gpc) await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true }));
  await page.route(`${own.shop}/banner/**`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8",
    body: `<!DOCTYPE html><html lang="nl"><title>t</title><body>${(kind === "klaro" ? klaroPage : cookiePage)({ maat: own.maat, token, intro })}</body></html>` }));
  const libs = { "klaro.js": "browser/node_modules/klaro/dist/klaro.js", "cc.js": "browser/node_modules/vanilla-cookieconsent/dist/cookieconsent.esm.js", "cc.css": "browser/node_modules/vanilla-cookieconsent/dist/cookieconsent.css" };
  await page.route(`${own.shop}/lib/**`, (route) => {
    const name = route.request().url().split("/").pop();
    return route.fulfill({ contentType: name.endsWith("css") ? "text/css" : "text/javascript", body: file(libs[name]) });
  });
  await page.goto(`${own.shop}/banner/${kind}`);
  page.setDefaultTimeout(10_000);
  await page.waitForFunction(() => globalThis.ready).catch((error) => assert.fail(`${error.message}\n${said.join("\n")}`));
  return { page, context, said };
}
/** What Consent Mode was told, in order. */
const modes = (page) => page.evaluate(() => (globalThis.dataLayer ?? []).map((it) => [...it]).filter((it) => it[0] === "consent").map(([, what, state]) => [what, Object.keys(state).filter((name) => state[name] === "granted").sort()]));
const DENIED = ["default", []];
const ADS = ["ad_personalization", "ad_storage", "ad_user_data"];
const told = async (page, times) => {
  await page.waitForFunction((times) => (globalThis.dataLayer ?? []).filter((it) => it[0] === "consent").length >= times, times);
  return modes(page);
};

/** Turns one category of CookieConsent over, by its own switch, once its window has come to rest. */
async function turn(page) {
  await page.evaluate(() => globalThis.CookieConsent.showPreferences());
  await page.waitForTimeout(500);
  const box = page.locator("#cc-main .section__toggle[value=tips]");
  const before = await box.isChecked();
  await box.click({ force: true });
  assert.notEqual(await box.isChecked(), before);
}

const press = {
  klaro: {
    all: (page) => page.locator(".cm-btn-success").first().click(),
    none: (page) => page.locator(".cm-btn-danger, .cn-decline").first().click(),
    some: async (page) => {
      await page.evaluate(() => globalThis.klaro.show(undefined, true));
      await page.locator("label[for=service-item-tips]").first().click();
      await page.locator(".cm-btn-accept").first().click();
    },
    off: async (page) => {
      await page.evaluate(() => globalThis.klaro.show(undefined, true));
      await page.locator("label[for=service-item-tips]").first().click();
      await page.locator(".cm-btn-accept").first().click();
    },
  },
  cookieconsent: {
    all: (page) => page.locator("#cc-main [data-role=all]").first().click(),
    none: (page) => page.locator("#cc-main [data-role=necessary]").first().click(),
    some: async (page) => {
      await turn(page);
      await page.locator("#cc-main .pm [data-role=save]").click();
    },
    off: async (page) => {
      await turn(page);
      await page.locator("#cc-main .pm [data-role=save]").click();
    },
  },
};

for (const [kind, who] of [["klaro", "ben"], ["cookieconsent", "ben"]]) {
  test(`${kind}: all, then less, then nothing; the ledger and the next decision follow`, async () => {
    const { page, context, said } = await visit(kind, who);
    assert.deepEqual(await modes(page), [DENIED], "denied before anybody chose");
    await press[kind].all(page);
    assert.deepEqual((await told(page, 2))[1], ["update", [...ADS, "analytics_storage"]], said.join("\n"));
    const given = (await stands(who)).purchases;
    assert.equal(given.strength, "given");
    assert.equal(given.given.as_declared, true, "the hash is of the very words of the Code");
    assert.match(given.given.recorded_by, /banner/i);
    assert.equal(await strength(who, "matching"), "given");
    assert.ok((await slots(who)).includes("tips"));

    await press[kind].off(page);
    assert.deepEqual((await told(page, 3))[2], ["update", [...ADS, "analytics_storage"]]);
    assert.equal(await strength(who, "purchases"), "none");
    assert.equal(await strength(who, "matching"), "given");
    assert.deepEqual(await slots(who), [], "withdrawn: the next decision is plain");
    await context.close();
  });

  test(`${kind}: nothing of it; a refusal is on record and nothing is granted`, async () => {
    const { page, context } = await visit(kind, "anna");
    await press[kind].none(page);
    assert.deepEqual((await told(page, 2))[1], ["update", []]);
    assert.equal(await strength("anna", "purchases"), "none");
    assert.deepEqual(await slots("anna"), []);
    await context.close();
  });

  test(`${kind}: a part of it`, async () => {
    const { page, context } = await visit(kind, "anna");
    await press[kind].some(page);
    assert.deepEqual((await told(page, 2))[1], ["update", []]);
    assert.equal(await strength("anna", "purchases"), "given");
    assert.equal(await strength("anna", "matching"), "none");
    await context.close();
  });

  test(`${kind}: on a later page the ledger has the last word`, async () => {
    const { page, context } = await visit(kind, "carla");
    await press[kind].all(page);
    await told(page, 2);
    const entries = JSON.stringify((await stands("carla")).purchases.given);
    const again = await visit(kind, "carla", { context });
    assert.deepEqual((await told(again.page, 2))[1], ["update", [...ADS, "analytics_storage"]]);
    assert.equal(JSON.stringify((await stands("carla")).purchases.given), entries, "looking records nothing");
    // Elsewhere, as in the preference centre, the consent is withdrawn.
    const other = await visit(kind, "carla");
    await press[kind].none(other.page);
    await told(other.page, 2);
    const last = await visit(kind, "carla", { context });
    assert.deepEqual((await told(last.page, 2))[1], ["update", ["analytics_storage"]]);
    await other.context.close();
    await context.close();
  });

  test(`${kind}: without a name nothing is sent, and the banner's own answer counts`, async () => {
    const { page, context } = await visit(kind, undefined);
    const asked = [];
    page.on("request", (it) => asked.push(it.url()));
    await press[kind].all(page);
    assert.deepEqual((await told(page, 2))[1], ["update", [...ADS, "analytics_storage"]]);
    assert.deepEqual(asked.filter((url) => url.includes("/answers")), []);
    await context.close();
  });

  test(`${kind}: with Global Privacy Control nothing is shared, whatever was clicked`, async () => {
    const { page, context } = await visit(kind, undefined, { gpc: true });
    await press[kind].all(page);
    assert.deepEqual((await told(page, 2))[1], ["update", ["analytics_storage"]]);
    await context.close();
  });

  test(`${kind}: a yes to words that did not stand there is none`, async () => {
    const { page, context, said } = await visit(kind, "dirk", { intro: "Cookies? Lekker!" });
    await press[kind].all(page);
    assert.deepEqual((await told(page, 2))[1], ["update", ["analytics_storage"]]);
    assert.equal(await strength("dirk", "matching"), "none");
    assert.match(said.join("\n"), /no yes to "matching" is recorded/);
    await context.close();
  });
}

test("a click that no person made is no yes", async () => {
  const { page, context } = await visit("cookieconsent", "dirk");
  await page.evaluate(() => document.querySelector("#cc-main [data-role=all]").click());
  await told(page, 2);
  assert.equal(await strength("dirk", "matching"), "none");
  await context.close();
});
