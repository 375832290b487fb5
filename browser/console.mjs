// The console as people see it: a made store, `maat serve`, signing in with a one-time code, and every page in light
// and dark, on a phone, a tablet and a desk. `node console.mjs MAAT STORE_MAKER [SHOTS]`; exit code 1 with a list of
// faults. SHOTS is a folder for pictures.
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate/node";
import { browser } from "./pages.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const [MAAT, MAKER, SHOTS] = process.argv.slice(2);
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 768, 1280];
const PASSWORD = "paars fietsen in de regen";
const faults = new Set();
const fault = (text) => faults.add(text);
let looks = 0;

const folder = mkdtempSync(join(tmpdir(), "maat-console-"));
const store = join(folder, "maat.db");

function run(program, args, input = "") {
  const done = spawnSync(program, args, { input, encoding: "utf8", env: { ...process.env, MAAT_STORE: store } });
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** A code of RFC 6238. */
function code(secret, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

/** Starts the service; gives it and its address. */
async function serve() {
  const child = spawn(MAAT, ["serve", "--quiet", "--listen", "127.0.0.1:0"], {
    cwd: folder, env: { ...process.env, MAAT_STORE: store }, stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (found) return { child, base: found[0] };
  }
  throw new Error("maat serve did not start");
}

// What is judged is what the browser holds, after scripts: it writes `required=""`. The files are of this very site.
const config = new FileSystemConfigLoader({
  root: true, extends: [join(HERE, ".htmlvalidate.json")], rules: { "attribute-boolean-style": "off", "require-sri": "off",
    // Boxes of one question share a name.
    "form-dup-name": ["error", { shared: ["radio", "button", "submit", "checkbox"] }] },
});
const validator = new HtmlValidate(config);

/** Looks at a page that is open, in every width and scheme. */
async function look(page, name) {
  // A page that is still read in has parts without their end.
  await page.waitForLoadState();
  const html = await page.evaluate(() => document.documentElement.outerHTML);
  const { results } = await validator.validateString(`<!DOCTYPE html>\n${html}`);
  for (const it of results.flatMap((result) => result.messages)) fault(`${name}: HTML: ${it.message} (${it.ruleId}) ${it.selector ?? ""}`);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) fault(`${name}: ${width}px: scrolls sideways by ${wide}px`);
      const opened = await page.evaluate(() => {
        const shut = [...document.querySelectorAll("details:not([open])")];
        shut.forEach((it) => (it.open = true));
        return shut.length;
      });
      await page.evaluate(axe.source);
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: { type: "tag", values: tags } }), TAGS);
      looks += 1;
      for (const it of found.violations) fault(`${name}: ${width}px ${colorScheme}: axe ${it.id}: ${it.nodes[0].target.join(" ")}: ${it.nodes[0].failureSummary.split("\n")[1]}`);
      if (opened) await page.evaluate(() => document.querySelectorAll("details").forEach((it, nth) => nth && (it.open = false)));
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

/** A browser in which somebody signs in. */
async function person(open, base, lang, scripts = true) {
  const context = await open.newContext({ locale: lang, javaScriptEnabled: scripts, bypassCSP: false });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && !/40[0-9]|422|429/.test(message.text()) && fault(`console: ${message.text()}`));
  page.on("pageerror", (error) => fault(`script: ${error.message}`));
  page.on("request", (request) => request.url().startsWith(base) || fault(`asks elsewhere: ${request.url()}`));
  const go = async (path) => {
    const answer = await page.goto(base + path);
    if (answer.status() >= 500) fault(`${path}: ${answer.status()}`);
    return answer;
  };
  return { page, go, context };
}

async function signIn({ page, go }, name, visit) {
  await go("/console");
  await visit?.("sign-in");
  await page.fill("#name", name);
  await page.fill("#password", "not the password at all");
  await page.click("main button");
  await visit?.("sign-in-wrong");
  await page.fill("#name", name);
  await page.fill("#password", PASSWORD);
  await page.click("main button");
  await visit?.("enrol");
  const secret = await page.textContent("code.secret");
  await page.fill("#code", "000000");
  await page.click("main button");
  await visit?.("enrol-wrong");
  await page.fill("#code", code(secret));
  await page.click("main button");
  await page.waitForSelector("ul.codes");
  await visit?.("recovery");
  await page.click("main a.button");
  return secret;
}

async function main() {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  run(MAKER, [store]);
  for (const [name, role] of [["Noor de Wit", "marketer"], ["Sam", "officer"], ["Kim", "admin"]]) {
    run(MAAT, ["console", "user", "add", name, "--role", role, "--for", "own", "--for", "other"], `${PASSWORD}\n`);
  }
  const { child, base } = await serve();
  const open = await browser();
  try {
    await walk(open, base);
  } finally {
    await open.close();
    child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function walk(open, base) {
  // The marketer, in Dutch, writes a brief.
  const noor = await person(open, base, "nl-NL");
  const at = (prefix, page) => (name) => look(page, `${prefix}-${name}`);
  const see = at("nl", noor.page);
  const secret = await signIn(noor, "Noor de Wit", see);
  await see("home-marketer");
  await noor.go("/console/briefs");
  await see("briefs-empty");
  await noor.go("/console/briefs/import");
  await see("import");
  await noor.page.fill("#text", "id = \"x\"\ntitel = 1\n");
  await noor.page.click("main form button");
  await see("import-wrong");
  const brief = readFileSync(join(HERE, "../examples/again/brief.toml"), "utf8").replace(/^planned.*$/m, "");
  await noor.page.fill("#text", brief);
  await noor.page.click("main form button");
  await see("brief-imported");
  await noor.go("/console/briefs/new");
  await see("new");
  await noor.page.fill("#title", "<script>alert(1)</script> \"kaarsen\" & 'zo'");
  await noor.page.fill("#id", "kaarsen");
  await noor.page.fill("#company", "Huis & Haard");
  await noor.page.fill("#slot-0-text", "Vorige keer kocht je {{ purchase.item }}");
  // While it is written the verdict comes by itself, with the mistake beside its field.
  await noor.page.waitForSelector("#wrong-slot-0-text", { timeout: 10000 });
  await see("new-live-wrong");
  await noor.page.locator("#slot-0-uses").evaluate((it) => (it.closest("details").open = true));
  await noor.page.check("input[name=slot-0-uses][value='purchase.item']");
  await noor.page.waitForSelector(".verdict .counts", { timeout: 10000 });
  if (await noor.page.$("#wrong-slot-0-text")) fault("the mistake stays after it was mended");
  await see("new-live");
  for (const button of ["add-slot", "add-select", "check"]) await noor.page.click(`button[value=${button}]:not(.hidden) >> nth=-1`);
  await see("new-checked");
  await noor.page.click("button[value=remove-select-0]");
  await noor.page.click("button[value=remove-slot-1]");
  await noor.page.fill("#relevant", "Het scheelt zoeken.");
  await noor.page.click("button[value=save] >> nth=0");
  await noor.page.waitForURL("**/console/briefs/kaarsen**");
  await see("brief-saved");
  await noor.go("/console/briefs/kaarsen/versions/1");
  await see("version");
  await noor.go("/console/briefs");
  await see("briefs");
  await noor.go("/console/ledger");
  await see("ledger-marketer");
  await noor.go("/console/code");
  await see("code");
  if ((await noor.go("/console/requests")).status() !== 403) fault("a marketer reaches requests");
  await see("forbidden");
  await noor.go("/console/nowhere");

  // The officer, in English, reads and signs, and answers requests.
  const sam = await person(open, base, "en-GB");
  const look2 = at("en", sam.page);
  await signIn(sam, "Sam", look2);
  await look2("home");
  await sam.go("/console/briefs/kaarsen");
  await look2("brief-to-sign");
  for (const box of ["relevant", "clear", "welcome"]) await sam.page.check(`input[name=${box}]`);
  await sam.page.click("form[action$='/sign'] button");
  await look2("brief-signed");
  await sam.page.click("form[action$='/everybody'] button");
  await sam.page.waitForSelector(".verdict .counts", { timeout: 20000 });
  await look2("everybody");
  await sam.go("/console/requests");
  await look2("requests");
  await sam.page.click("main td a >> nth=0");
  await look2("person");
  await sam.page.fill("#outcome-1", "sent all of it");
  await sam.page.click("form[action$='/answer'] button");
  await look2("person-answered");
  await sam.page.fill("#value", "<b>candles</b>");
  await sam.page.click("form[action$='/rectify'] button");
  await sam.page.click("button[value=restrict]");
  await look2("person-marked");
  await sam.page.fill("#again", "somebody else");
  await sam.page.click("form[action$='/erase'] button");
  await look2("not-erased");
  await sam.page.goBack();
  await sam.page.fill("#again", (await sam.page.textContent("h1")).split(" ").pop());
  await sam.page.click("form[action$='/erase'] button");
  await look2("erased");
  await sam.go("/console/people");
  await sam.page.fill("#subject", "nobody <i>");
  await sam.page.click("main form button");
  await look2("lookup-none");
  await sam.go("/console/ledger");
  await sam.page.click("form[action$='/verify'] button");
  await sam.page.waitForSelector(".notice.good", { timeout: 20000 });
  await look2("ledger-verified");
  await sam.go("/console/audit");
  await look2("audit");
  await sam.go("/console/code/published");
  await look2("published");

  // An edit voids the signature, and says so. Without scripts.
  const noor2 = await person(open, base, "nl-NL", false);
  await noor2.go("/console");
  await noor2.page.fill("#name", "Noor de Wit");
  await noor2.page.fill("#password", PASSWORD);
  await noor2.page.click("main button");
  await noor2.page.waitForSelector("#code");
  await noor2.page.fill("#code", code(secret, 1));
  await noor2.page.click("main button");
  await noor2.go("/console/briefs/kaarsen/edit");
  await noor2.page.fill("#title", "Kaarsen");
  await noor2.page.click("button[value=check]:not(.hidden) >> nth=0");
  if (!(await noor2.page.$(".verdict .counts"))) fault("no verdict without scripts");
  await noor2.page.click("button[value=save] >> nth=0");
  if (!(await noor2.page.textContent("main")).includes("gelden niet meer")) fault("the page does not say that the signature is void");
  await noor.go("/console/briefs/kaarsen");
  await see("brief-void");
  const door = await person(open, base, "nl-NL");
  await door.go("/console");
  await door.page.fill("#name", "Noor de Wit");
  await door.page.fill("#password", PASSWORD);
  await door.page.click("main button");
  await look(door.page, "nl-code");
  await door.page.fill("#code", "111111");
  await door.page.click("main button");
  await look(door.page, "nl-code-wrong");
}

await main();
const told = [...faults];
console.log(told.length ? `${told.length} faults in the console` : `sound: the console (${looks} looks)`);
for (const one of told) console.log(`  ${one}`);
process.exitCode = told.length ? 1 : 0;
