// What the tests of consent banners stand on: the real Klaro and CookieConsent on a page at the shop's address, where
// `maat serve --demo` lets pages ask.
import assert from "node:assert/strict";
import { browser } from "./pages.mjs";
import { demo, file } from "./demo.mjs";

export const PURCHASES = "Mogen we je aankopen gebruiken om nieuws, tips en beloningen op je af te stemmen, per mail en op onze site?";
export const MATCHING = "Mogen we je versleutelde e-mailadres aan Meta en Google geven, zodat je daar advertenties van ons ziet die passen bij je aankopen, je winkelmand, waar je ongeveer bent en wat je zelf opgaf?";
const SERVICES = {
  tips: { choice: "purchases", words: PURCHASES },
  ads: { choice: "matching", words: MATCHING, modes: ["ad_storage", "ad_user_data", "ad_personalization"] },
  count: { modes: ["analytics_storage"] },
};
export const INTRO = `Jij kiest. ${PURCHASES} ${MATCHING} En tellen we je mee?`;

const klaroConfig = (intro) => `
  window.klaroConfig = { version: 1, groupByPurpose: false, elementID: "klaro", storageMethod: "cookie", storageName: "klaro", default: false, mustConsent: false, acceptAll: true, hideDeclineAll: false, lang: "nl",
    translations: { nl: { consentNotice: { description: ${JSON.stringify(intro)} }, purposes: { all: "Alles" }, tips: { description: ${JSON.stringify(PURCHASES)} }, ads: { description: ${JSON.stringify(MATCHING)} } } },
    services: [{ name: "tips", title: "Tips", purposes: ["all"] }, { name: "ads", title: "Advertenties", purposes: ["all"] }, { name: "count", title: "Tellen", purposes: ["all"] }] };`;

/** The adapter and the banner, in the order of the page: as it should be, the adapter last (`late`, when the page is told
 * to), or the banner last (`early`, likewise). */
const klaroPage = ({ maat, token, intro, order }) => {
  const settings = JSON.stringify({ controller: "huis", token, services: SERVICES });
  const adapter = (manager) => `const { klaro } = await import("${maat}/maat-klaro.js"); klaro(${manager}, ${settings});`;
  const lib = `const it = document.createElement("script"); it.src = "/lib/klaro.js"; document.head.append(it);`;
  const rest = { late: `globalThis.later = async () => { ${adapter("globalThis.klaro.getManager()")} };`,
    early: `${adapter("undefined")} globalThis.later = async () => { ${lib} };` }[order];
  return `<div id="klaro"></div><script>${klaroConfig(intro)}</script>${order === "early" ? "" : `<script src="/lib/klaro.js"></script>`}
   <script type="module">${rest ?? `globalThis.manager = globalThis.klaro.getManager(); ${adapter("manager")}`} globalThis.ready = true;</script>`;
};

const cookiePage = ({ maat, token, intro, order }) => {
  const settings = JSON.stringify({ controller: "huis", token, services: SERVICES });
  const adapter = `const { cookieconsent } = await import("${maat}/maat-cookieconsent.js"); cookieconsent(${settings});`;
  const run = `globalThis.CookieConsent = CookieConsent;
   await CookieConsent.run({ hideFromBots: false, cookie: { secure: false }, categories: { need: { enabled: true, readOnly: true }, tips: {}, ads: {}, count: {} }, language: { default: "nl", translations: { nl: {
     consentModal: { title: "Jouw keuze", description: ${JSON.stringify(intro)}, acceptAllBtn: "Alles goed", acceptNecessaryBtn: "Liever niet", showPreferencesBtn: "Per stuk" },
     preferencesModal: { title: "Per stuk", acceptAllBtn: "Alles goed", acceptNecessaryBtn: "Liever niet", savePreferencesBtn: "Bewaar", closeIconLabel: "Sluit", sections: [
       { title: "Tips", description: ${JSON.stringify(PURCHASES)}, linkedCategory: "tips" }, { title: "Advertenties", description: ${JSON.stringify(MATCHING)}, linkedCategory: "ads" }, { title: "Tellen", description: "Tellen we je mee?", linkedCategory: "count" } ] } } } } });`;
  const later = { late: [run, adapter], early: [adapter, run] }[order];
  return `<link rel="stylesheet" href="/lib/cc.css"><script type="module">
   import * as CookieConsent from "/lib/cc.js";
   ${later ? `${later[0]} globalThis.later = async () => { ${later[1]} };` : adapter + run} globalThis.ready = true;</script>`;
};

export let open, own;
export async function begin() {
  [open, own] = await Promise.all([browser(), demo()]);
}
export async function end() {
  await open?.close();
  await own?.stop();
}

/** A visit token, as the shop's pages carry it. */
export const tokenOf = async (who) => (await (await fetch(`${own.shop}/nl/${who}`)).text()).match(/data-subject-token="([^"]+)"/)[1];
const SUBJECTS = { ben: "16986", carla: "16532", dirk: "15653", anna: "15327", eva: "13819" };
/** How strong an answer is in the ledger. */
export const stands = async (who) => {
  const answer = await fetch(`${own.maat}/v1/subjects/${SUBJECTS[who]}/consents`, { headers: { authorization: `Bearer ${own.key}` } });
  assert.equal(answer.status, 200);
  const { items } = await answer.json();
  return Object.fromEntries(items.map((it) => [it.choice, it]));
};
export const strength = async (who, choice) => (await stands(who))[choice]?.strength ?? "none";
/** Which slots a decision adapts now. */
export const slots = async (who, gpc = false) => {
  const answer = await fetch(`${own.maat}/web/huis/slots`, { method: "POST", headers: { "content-type": "text/plain", origin: own.shop },
    body: JSON.stringify({ brief: "shop-nl", slots: ["hero", "tips"], lang: "nl", token: await tokenOf(who), gpc }) });
  return (await answer.json()).slots.map((it) => it.slot);
};

export async function visit(kind, who, { context, intro = INTRO, gpc = false, order, style = "", token, prepare } = {}) {
  token ??= who && (await tokenOf(who));
  // The page is made by the test, so Chromium does not know that it comes from this machine.
  context ??= await open.newContext({ permissions: ["local-network-access"] });
  const page = await context.newPage();
  const said = [];
  page.on("console", (it) => said.push(it.text()));
  page.on("pageerror", (it) => said.push(String(it)));
  if (gpc) await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true }));
  await page.route(`${own.shop}/banner/**`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8",
    body: `<!DOCTYPE html><html lang="nl"><title>t</title><style>${style}</style><body>${(kind === "klaro" ? klaroPage : cookiePage)({ maat: own.maat, token, intro, order })}</body></html>` }));
  const libs = { "klaro.js": "browser/node_modules/klaro/dist/klaro.js", "cc.js": "browser/node_modules/vanilla-cookieconsent/dist/cookieconsent.esm.js", "cc.css": "browser/node_modules/vanilla-cookieconsent/dist/cookieconsent.css" };
  await page.route(`${own.shop}/lib/**`, (route) => {
    const name = route.request().url().split("/").pop();
    return route.fulfill({ contentType: name.endsWith("css") ? "text/css" : "text/javascript", body: file(libs[name]) });
  });
  await prepare?.(page);
  await page.goto(`${own.shop}/banner/${kind}`);
  page.setDefaultTimeout(10_000);
  await page.waitForFunction(() => globalThis.ready).catch((error) => assert.fail(`${error.message}\n${said.join("\n")}`));
  return { page, context, said };
}
/** What Consent Mode was told, in order. */
export const modes = (page) => page.evaluate(() => (globalThis.dataLayer ?? []).map((it) => [...it]).filter((it) => it[0] === "consent").map(([, what, state]) => [what, Object.keys(state).filter((name) => state[name] === "granted").sort()]));
export const DENIED = ["default", []];
export const ADS = ["ad_personalization", "ad_storage", "ad_user_data"];
export const told = async (page, times) => {
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

export const press = {
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

