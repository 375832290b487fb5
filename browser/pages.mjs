// Looks at pages as people do: `node pages.mjs FILE.html…`. Valid HTML, WCAG 2.2 AA by axe-core in
// headless Chromium, nothing loaded from elsewhere, no sideways scrolling, all of it in print.
// Exit code 1 with a list of faults. CHROMIUM names another browser.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import axe from "axe-core";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate/node";

const HERE = fileURLToPath(new URL(".", import.meta.url));
export const WIDTHS = [320, 390, 1280];
export const SCHEMES = ["light", "dark"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** The browser; close it after use. */
export function browser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });
}

/** Faults of one page, each a line; and how much was looked at. */
export async function look(open, file) {
  const seen = { faults: await invalid(file), rules: 0, looks: 0 };
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const where = `${width}px ${colorScheme}`;
      const context = await open.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" });
      const asked = [];
      context.on("request", (request) => asked.push(request.url()));
      const page = await context.newPage();
      await page.goto(pathToFileURL(file).href);
      const scripts = await page.evaluate(() => document.scripts.length);
      if (scripts) seen.faults.push(`has ${scripts} scripts, and must do without`);
      for (const folded of [true, false]) {
        if (!folded) await page.evaluate(() => document.querySelectorAll("details").forEach((it) => (it.open = true)));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) seen.faults.push(`${where}: scrolls sideways by ${wide}px`);
      }
      // With all details unfolded, so that nothing is passed over.
      const found = await violations(page);
      seen.rules = Math.max(seen.rules, found.passes);
      seen.looks += 1;
      seen.faults.push(...found.faults.map((it) => `${where}: ${it}`));
      const elsewhere = asked.filter((url) => url !== pathToFileURL(file).href);
      if (elsewhere.length) seen.faults.push(`${where}: asks for ${elsewhere.join(", ")}`);
      await context.close();
    }
  }
  seen.faults.push(...(await hiddenInPrint(open, file)));
  seen.faults = [...new Set(seen.faults)];
  return seen;
}

async function invalid(file) {
  const config = resolve(HERE, ".htmlvalidate.json");
  const loader = new FileSystemConfigLoader({ root: true, extends: [config] });
  const { results } = await new HtmlValidate(loader).validateFile(file);
  const messages = results.flatMap((result) => result.messages);
  return messages.map((it) => `HTML, line ${it.line}: ${it.message} (${it.ruleId})`);
}

/** What axe-core finds on a page that is open. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const options = { runOnly: { type: "tag", values: TAGS }, resultTypes: ["violations", "passes"] };
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  const faults = found.violations.map((it) => {
    const nodes = it.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ");
    return `axe ${it.id}: ${it.help}, ${it.nodes.length}× as ${nodes}`;
  });
  return { faults, passes: found.passes.length };
}

/** What stays folded away on paper. */
async function hiddenInPrint(open, file) {
  const page = await open.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: "print" });
  const hidden = await page.evaluate(() => {
    const inside = [...document.querySelectorAll("details > :not(summary)")];
    const seen = (it) => it.getBoundingClientRect().height > 0 && it.checkVisibility({ contentVisibilityAuto: true });
    return inside.filter((it) => !seen(it)).length;
  });
  await page.context().close();
  return hidden ? [`print: ${hidden} parts of details are not printed`] : [];
}

async function main(files) {
  const missing = files.filter((file) => !existsSync(file));
  if (!files.length || missing.length) {
    console.error(files.length ? `no such file: ${missing.join(", ")}` : "usage: node pages.mjs FILE.html…");
    return 2;
  }
  const open = await browser();
  let faults = 0;
  for (const file of files) {
    const seen = await look(open, resolve(file));
    faults += seen.faults.length;
    const said = seen.faults.length ? `${seen.faults.length} faults` : "sound";
    console.log(`${said}: ${file} (${seen.rules} axe rules hold, ${seen.looks} looks)`);
    for (const fault of seen.faults) console.log(`  ${fault}`);
  }
  await open.close();
  return faults ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
