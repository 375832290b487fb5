// Looks at mails as people do: `node mail.mjs MAAT [FOLDER]` has `MAAT mail preview` write three mails of the demo's
// customers (Dutch, English, and a layout of a marketer's own in two columns), and opens their HTML in headless
// Chromium, narrow and wide, light and dark: WCAG 2.2 AA by axe-core, no sideways scrolling, nothing asked of the
// network, links that can be told apart and tapped. FOLDER gets a picture of each. Exit code 1 with a list of faults.
//
// Nothing of axe-core is left out. A mail has no colours of its own for the dark: mail programs make them.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { browser, violations } from "./pages.mjs";

const ROOT = resolve(fileURLToPath(new URL(".", import.meta.url)), "..");
const WIDTHS = [320, 640];
const SCHEMES = ["light", "dark"];

/** Two columns, as a marketer may write them. */
const COLUMNS = `
[mail]
mjml = '''
<mjml>
<mj-head><mj-attributes>
<mj-all font-family="Georgia, 'Times New Roman', serif" /><mj-text font-size="17px" line-height="1.6" color="#2b2118" />
</mj-attributes></mj-head>
<mj-body background-color="#f7f1e8">
<mj-section background-color="#7a2e1d"><mj-column>
<mj-text color="#ffffff" font-size="26px" line-height="1.3">{{ greeting }}</mj-text>
</mj-column></mj-section>
<mj-section background-color="#fffdf9">
<mj-column><mj-text font-weight="bold">{{ products }}</mj-text><mj-text>{{ closing }}</mj-text></mj-column>
<mj-column><mj-text>Open: elke dag van negen tot zes.</mj-text>
<mj-button href="https://huisenhaard.example/nieuw" background-color="#7a2e1d" color="#ffffff" font-size="17px">Bekijk alles</mj-button>
</mj-column>
</mj-section>
</mj-body>
</mjml>
'''
`;

/** The three briefs, by name. */
function briefs() {
  const dutch = readFileSync(join(ROOT, "examples/mail/brief.toml"), "utf8");
  const english = dutch.replace('channel = "email"', 'channel = "email"\nlang = "en"')
    .replaceAll(/^translated\.en = .*$/gm, "").replaceAll(/^\[slot\.translated\.en\]\n.*\n.*\n/gm, "")
    .replace("Nieuw in {{ purchase.category }}", "New in {{ purchase.category }}")
    .replace("Vorige keer kocht je {{ purchase.item }}. Nog een keer?", "Last time you bought {{ purchase.item }}. Again?")
    .replace("Dit kochten andere klanten vaak opnieuw.", "This is what other customers often bought again.")
    .replace("Meer uit {{ purchase.category }}", "More from {{ purchase.category }}")
    .replaceAll("Nieuw in de winkel", "New in the shop")
    .replace(/^text = "Kom gerust.*$/m, 'text = "Do come by, or order on our site. You can return anything within thirty days."');
  return { nl: dutch, en: english, columns: dutch + COLUMNS };
}

/** A ledger with the customers of the demo. */
async function filled(maat, folder, code) {
  const store = join(folder, "maat.db");
  const args = ["serve", "--demo", "--demo-store", store, "--listen", "127.0.0.1:0", "--json", "--code", code];
  const demo = spawn(maat, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => demo.once("exit", done));
  await new Promise((said, failed) => {
    createInterface(demo.stdout).once("line", said);
    ended.then(() => failed(new Error("maat serve --demo does not start")));
  });
  demo.kill();
  await ended;
  return store;
}

/** Writes the mail that most people get least alike, for each brief; gives their files. */
async function written(maat, folder) {
  const code = join(folder, "code");
  cpSync(join(ROOT, "code"), code, { recursive: true });
  const declared = readFileSync(join(code, "code.toml"), "utf8");
  writeFileSync(join(code, "code.toml"), declared.replace(/^from = 21$/m, "from = 0").replace(/^until = 8$/m, "until = 0"));
  const store = await filled(maat, folder, code);
  const files = {};
  for (const [name, text] of Object.entries(briefs())) {
    const [brief, out] = [join(folder, `${name}.toml`), join(folder, name)];
    writeFileSync(brief, text);
    const args = ["mail", "preview", brief, "--sharpest", "1", "--out", out, "--json"];
    execFileSync(maat, [...args, "--store", store, "--controller", "huis", "--code", code]);
    files[name] = join(out, "mail-1.html");
  }
  return files;
}

/** Faults of one mail. */
async function look(open, name, file, pictures) {
  const faults = [];
  for (const colorScheme of SCHEMES) for (const width of WIDTHS) {
    const where = `${name} ${colorScheme} ${width}px`;
    const context = await open.newContext({ colorScheme, viewport: { width, height: 800 } });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    const seen = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - innerWidth,
      lang: document.documentElement.lang,
      small: [...document.querySelectorAll("body *")].filter((it) =>
        [...it.childNodes].some((own) => own.nodeType === 3 && own.data.trim()) && parseFloat(getComputedStyle(it).fontSize) < 14)
        .map((it) => it.textContent.slice(0, 30)),
      bare: [...document.querySelectorAll("a")].filter((it) => !it.closest("td[bgcolor], td[role=presentation][style*=background]")
        && !getComputedStyle(it).textDecorationLine.includes("underline")).map((it) => it.textContent),
    }));
    if (seen.wide > 0) faults.push(`${where}: scrolls sideways by ${seen.wide}px`);
    if (seen.lang !== (name === "en" ? "en" : "nl")) faults.push(`${where}: says that it is in "${seen.lang}"`);
    if (seen.small.length) faults.push(`${where}: letters under 14px: ${seen.small.join(", ")}`);
    if (seen.bare.length) faults.push(`${where}: a link that only its colour shows: ${seen.bare.join(", ")}`);
    if (asked.length !== 1) faults.push(`${where}: asks for ${asked.slice(1).join(", ")}`);
    const found = await violations(page);
    faults.push(...found.faults.map((it) => `${where}: ${it}`));
    if (found.passes < 10) faults.push(`${where}: axe-core looked at next to nothing`);
    await context.close();
  }
  return faults;
}

async function main([maat, pictures]) {
  if (!maat) {
    console.error("usage: node mail.mjs MAAT [FOLDER]");
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "maat-mail-"));
  if (pictures) mkdirSync(pictures, { recursive: true });
  const open = await browser();
  let count = 0;
  try {
    for (const [name, file] of Object.entries(await written(resolve(maat), folder))) {
      const faults = await look(open, name, file, pictures);
      count += faults.length;
      console.log(`${faults.length ? `${faults.length} faults` : "sound"}: the mail ${name}`);
      for (const fault of faults) console.log(`  ${fault}`);
    }
  } finally {
    await open.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return count ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
