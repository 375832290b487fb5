// Looks at the service's own pages as people do: `node site.mjs MAAT [FOLDER]` starts `MAAT serve` on a ledger
// of its own, and goes through every page and state in headless Chromium: no scripts, valid HTML, WCAG 2.2
// AA by axe-core in light and dark, no sideways scrolling, nothing from elsewhere, no cookie, the policy holds;
// and by keyboard alone. FOLDER gets a picture of each. Exit code 1 with a list of faults.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HtmlValidate, FileSystemConfigLoader } from "html-validate/node";
import { browser, violations } from "./pages.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = resolve(HERE, "..");
const WIDTHS = [320, 768, 1280];
const SCHEMES = ["light", "dark"];
const LANGS = ["nl", "en"];

/** The program on a folder of its own, with people in its ledger. */
class Maat {
  constructor(program) {
    this.program = resolve(program);
    this.folder = mkdtempSync(join(tmpdir(), "maat-pages-"));
    this.run("consent", "give", "full", "mail", "--double-opt-in", "--place", "kassa");
    this.run("consent", "give", "full", "purchases", "--place", "kassa");
    this.run("consent", "give", "full", "health", "--explicit", "--place", "kassa");
    this.run("consent", "withdraw", "full", "location");
    this.signals("full", [
      ["purchase.item", "bijenwaskaarsen, set van zes"], ["purchase.category", "kaarsen"],
      ["inferred.life-event", "verhuisd?"], ["sport.activity", "drie keer per week"], ["preference.topic", "tuin & balkon"],
      ["browsing.search", "eenheelergnlangwoordzonderspaties".repeat(4)],
    ]);
    this.run("subject", "rectify", "full", "purchase.size", "42");
    // An objection is of somebody who is known.
    this.signals("objects", [["purchase.category", "kaarsen"]]);
    this.run("subject", "object", "objects");
  }

  run(...args) {
    const env = { ...process.env, MAAT_STORE: join(this.folder, "maat.db") };
    return execFileSync(this.program, args, { cwd: ROOT, env, encoding: "utf8" });
  }

  /** What is known of somebody, as an import brings it. */
  signals(subject, known) {
    const today = new Date().toISOString().slice(0, 10);
    const [file, map] = [join(this.folder, "signals.csv"), join(this.folder, "signals.toml")];
    const row = (cells) => cells.map((it) => `"${it.replaceAll('"', '""')}"`).join(",");
    const names = known.map(([signal]) => signal);
    writeFileSync(file, `${row(["who", "day", ...names])}\n${row([subject, today, ...known.map(([, value]) => value)])}\n`);
    const each = names.map((it) => `[[signal]]\nsignal = "${it}"\nvalue = "${it}"\nseen = "day"\nsource = { always = "de kassa" }\n`);
    writeFileSync(map, `subject = "who"\nat = "day"\nrecorded_by = { always = "till" }\n${each.join("")}`);
    this.run("signal", "import", file, "--map", map);
  }

  async serve() {
    const briefs = join(this.folder, "briefs");
    execFileSync("mkdir", ["-p", briefs]);
    const brief = readFileSync(join(ROOT, "examples/again/brief.toml"), "utf8").split("\n");
    const text = brief.filter((line) => !line.startsWith("planned")).join("\n").replace('channel = "email"', 'channel = "web"');
    writeFileSync(join(briefs, "again.toml"), text);
    for (const name of ["Noor de Wit", "Sam Bos"]) this.run("review", join(briefs, "again.toml"), "--by", name);
    const port = 20000 + Math.floor(Math.random() * 20000);
    this.site = `http://127.0.0.1:${port}`;
    const env = { ...process.env, MAAT_STORE: join(this.folder, "maat.db") };
    const args = [
      "serve", "--listen", `127.0.0.1:${port}`, "--briefs", briefs, "--public-url", this.site,
      "--smtp", "smtp://127.0.0.1:1", "--mail-from", "Huis & Haard <keuzes@huisenhaard.example>",
    ];
    this.process = spawn(this.program, args, { cwd: ROOT, env, stdio: "ignore" });
    for (let nth = 0; nth < 200; nth += 1) {
      const well = await fetch(`${this.site}/healthz`).then((it) => it.ok, () => false);
      if (well) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error("maat serve does not start");
  }

  /** The path of somebody's preference centre. */
  link(subject) {
    return new URL(this.run("subject", "link", subject).trim()).pathname;
  }

  /** The path of the why page of a decision. */
  async why(subject) {
    const key = this.run("key", "add", "pages", "--scope", "decide").split("\n")[0].trim();
    const reply = await fetch(`${this.site}/v1/decide`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ brief: "again", subject, logged_in: true }),
    });
    return new URL((await reply.json()).why).pathname;
  }

  end() {
    this.process?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Every page and state, and how a visitor gets there; each gives the answer that was shown. */
async function states(maat) {
  const [full, empty] = [maat.link("full"), maat.link("nobody-yet")];
  let nth = 0;
  const why = await maat.why("full");
  const plain = await maat.why("stranger");
  const open = (path) => (page, lang) => page.goto(`${maat.site}${path}?lang=${lang}`);
  const send = (path, fill) => async (page, lang) => {
    await page.goto(`${maat.site}${path}?lang=${lang}`);
    const [answer] = await Promise.all([
      page.waitForResponse((it) => it.request().isNavigationRequest() && it.status() !== 303), fill(page),
    ]);
    await page.waitForLoadState();
    return answer;
  };
  const address = (text) => async (page) => {
    await page.fill("#address", text);
    await page.click("main form button");
  };
  return {
    "why-full": open(why),
    "why-plain": open(plain),
    "preferences-full": open(full),
    "preferences-empty": open(empty),
    "preferences-answered": send(full, (page) => page.click('#choice-profile button[value="yes"]')),
    "preferences-wrong": send(full, async (page) => {
      await page.locator("summary", { hasText: /Zet recht|Put right/ }).first().click();
      await page.fill("#value-1", "   ");
      await page.locator("section:has(#value-1) details button").click();
    }),
    "preferences-objected": open(maat.link("objects")),
    "preferences-paused": send(maat.link("rests"), (page) => page.click('form[action*="/pause"] button')),
    forget: open(`${full}/forget`),
    enter: open("/p/own"),
    "enter-wrong": send("/p/own", address("anna@example")),
    code: send("/p/own", (page) => address(`somebody-${(nth += 1)}@example.org`)(page)),
    "code-wrong": async (page, lang) => {
      await page.goto(`${maat.site}/p/own?lang=${lang}`);
      await Promise.all([page.waitForNavigation(), address(`somebody-${(nth += 1)}@example.org`)(page)]);
      await page.fill("#code", "123456");
      const [answer] = await Promise.all([page.waitForNavigation(), page.click("main form button")]);
      return answer;
    },
    forgotten: async (page, lang) => {
      maat.run("consent", "give", `gone-${(nth += 1)}`, "mail", "--place", "kassa");
      return send(`${maat.link(`gone-${nth}`)}/forget`, (page) => page.click("main form button"))(page, lang);
    },
    problem: open("/nowhere"),
    "link-over": open(`${full}x`),
  };
}

/** Faults of one state at every width, in both schemes and languages. */
async function look(open, name, go, pictures, html) {
  const faults = [];
  for (const lang of LANGS) for (const colorScheme of SCHEMES) for (const width of WIDTHS) {
    const where = `${name} ${lang} ${colorScheme} ${width}px`;
    const context = await open.newContext({
      colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce",
      extraHTTPHeaders: { "x-forwarded-for": `10.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}.1` },
    });
    const page = await context.newPage();
    const [asked, said] = [[], []];
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    page.on("console", (message) => said.push(message.text()));
    const answer = await go(page, lang);
    const origin = new URL(page.url()).origin;
    if (asked.some((it) => it !== origin)) faults.push(`${where}: asks ${asked.join(", ")}`);
    faults.push(...said.filter((it) => /policy|refused|violat/i.test(it)).map((it) => `${where}: ${it}`));
    if (await page.evaluate(() => document.scripts.length)) faults.push(`${where}: has scripts`);
    if ((await context.cookies()).length) faults.push(`${where}: sets a cookie`);
    if (width === WIDTHS[0] && colorScheme === "light") {
      const text = await answer.text();
      const { results } = await html.validateString(text, `${name}.html`);
      for (const it of results.flatMap((result) => result.messages)) {
        faults.push(`${name} ${lang}: HTML, line ${it.line}: ${it.message} (${it.ruleId})`);
      }
      const headers = answer.headers();
      if (headers["cache-control"] !== "no-store") faults.push(`${where}: may be cached`);
      if (headers["referrer-policy"] !== "no-referrer") faults.push(`${where}: tells where it was`);
    }
    if (pictures) await page.screenshot({ path: join(pictures, `${name}-${lang}-${width}-${colorScheme}.png`), fullPage: true });
    await page.evaluate(() => document.querySelectorAll("details").forEach((it) => (it.open = true)));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) faults.push(`${where}: scrolls sideways by ${wide}px`);
    // Colours differ by scheme, what is folded by width: the two ends show both.
    if ((width === WIDTHS[0]) === (colorScheme === "light") && width !== 768) {
      faults.push(...(await violations(page)).faults.map((it) => `${where}: ${it}`));
    }
    await context.close();
  }
  return faults;
}

/** Walks through a page by Tab alone: each control is reached, in the order of the page, and seen. */
async function keyboard(open, name, url) {
  const page = await open.newPage({ viewport: { width: 390, height: 800 } });
  await page.goto(url);
  const all = await page.evaluate(() => {
    const can = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
    const seen = can.filter((it) => it.checkVisibility());
    seen.forEach((it, nth) => (it.dataset.nth = nth));
    return seen.length;
  });
  const [faults, order] = [[], []];
  for (let nth = 0; nth < all; nth += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const it = document.activeElement;
      const [box, style] = [it.getBoundingClientRect(), getComputedStyle(it)];
      return { nth: Number(it.dataset.nth), shown: box.width > 0 && box.right > 0, outline: style.outlineStyle, what: it.outerHTML.slice(0, 80) };
    });
    order.push(at.nth);
    if (!at.shown) faults.push(`${name}: focus is out of sight at ${at.what}`);
    if (at.outline === "none") faults.push(`${name}: focus is not to be seen at ${at.what}`);
  }
  if (order.some((nth, place) => nth !== place)) faults.push(`${name}: Tab goes ${order.join(" ")}`);
  await page.context().close();
  return faults;
}

/** By keyboard, without a mouse: says yes, then no, then sets the slider. */
async function choosing(open, url) {
  const page = await open.newPage({ javaScriptEnabled: false });
  await page.goto(url);
  const faults = [];
  for (const value of ["yes", "no"]) {
    await page.focus(`#choice-mail button[value="${value}"]`);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const pressed = await page.getAttribute(`#choice-mail button[value="${value}"]`, "aria-pressed");
    if (pressed !== "true") faults.push(`keyboard: ${value} is not kept`);
  }
  await page.focus("#depth");
  for (let nth = 0; nth < 3; nth += 1) await page.keyboard.press("ArrowLeft");
  await Promise.all([page.waitForNavigation(), page.click('form[action*="/ceiling"] button')]);
  if ((await page.inputValue("#depth")) !== "2") faults.push("keyboard: the slider is not kept");
  await page.context().close();
  return faults;
}

async function main(program, pictures) {
  const maat = new Maat(program);
  const open = await browser();
  const faults = [];
  try {
    await maat.serve();
    const loader = new FileSystemConfigLoader({ root: true, extends: [resolve(HERE, ".htmlvalidate.json")] });
    const html = new HtmlValidate(loader);
    for (const [name, go] of Object.entries(await states(maat))) {
      const found = [...new Set(await look(open, name, go, pictures, html))];
      console.log(`${found.length ? `${found.length} faults` : "sound"}: ${name}`);
      found.forEach((it) => console.log(`  ${it}`));
      faults.push(...found);
    }
    const site = (path) => `${maat.site}${path}`;
    for (const [name, url] of [
      ["why", site(await maat.why("full"))], ["preferences", site(maat.link("full"))], ["enter", site("/p/own")],
      ["forget", site(`${maat.link("full")}/forget`)],
    ]) faults.push(...(await keyboard(open, name, url)));
    faults.push(...(await choosing(open, site(maat.link("by-keyboard")))));
  } finally {
    await open.close();
    maat.end();
  }
  const own = faults.filter((it) => /focus|Tab|keyboard/.test(it));
  console.log(own.length ? own.join("\n") : "sound: by keyboard");
  return faults.length ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [program, pictures] = process.argv.slice(2);
  if (!program) throw new Error("usage: node site.mjs MAAT [FOLDER]");
  process.exitCode = await main(program, pictures);
}
