// Looks at the documentation of a running service as a developer does: `node served.mjs ADDRESS KEY`.
// Valid HTML, WCAG 2.2 AA by axe-core in headless Chromium, nothing from elsewhere, a Content-Security-
// Policy that holds, and an interface that can be tried. Exit code 1 with a list of faults.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate/node";
import { SCHEMES, WIDTHS, browser, violations } from "./pages.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

async function invalid(address) {
  const loader = new FileSystemConfigLoader({ root: true, extends: [resolve(HERE, ".htmlvalidate.json")] });
  const text = await (await fetch(address)).text();
  const { results } = await new HtmlValidate(loader).validateString(text);
  const messages = results.flatMap((result) => result.messages);
  return messages.map((it) => `HTML, line ${it.line}: ${it.message} (${it.ruleId})`);
}

/** Opens a page and gathers what goes wrong on it. */
async function opened(open, address, colorScheme, width, script) {
  const context = await open.newContext({
    colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce", javaScriptEnabled: script,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(address).origin)) faults.push(`asks for ${request.url()}`);
  });
  await page.goto(address);
  return { context, page, faults };
}

async function tried(page, id, key) {
  await page.fill("#key-text", key);
  const form = page.locator(`article:has(#${id}) form.try`);
  await form.locator("button").focus();
  await page.keyboard.press("Enter");
  await form.locator("[role=status] pre").waitFor();
  return form.locator("[role=status]").innerText();
}

async function main([service, key]) {
  const address = `${service}/v1/docs`;
  const open = await browser();
  const faults = await invalid(address);
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const { context, page, faults: own } = await opened(open, address, scheme, width, true);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) own.push(`scrolls sideways by ${wide}px`);
      const found = await violations(page);
      own.push(...found.faults);
      faults.push(...own.map((it) => `${width}px ${scheme}: ${it}`));
      await context.close();
    }
  }
  const { context, page, faults: own } = await opened(open, address, "light", 1280, true);
  const refused = await tried(page, "choices-list", "wrong");
  if (!refused.startsWith("401")) own.push(`a wrong key gave: ${refused.slice(0, 80)}`);
  const answered = await tried(page, "choices-list", key);
  if (!answered.startsWith("200") || !answered.includes("sha256")) own.push(`trying gave: ${answered.slice(0, 80)}`);
  const decided = await tried(page, "decide-one", key);
  if (!/^(200|422)/.test(decided)) own.push(`deciding gave: ${decided.slice(0, 80)}`);
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
  faults.push(...own);
  await context.close();
  // Without script it is whole to read, and offers nothing that does not work.
  const plain = await opened(open, address, "light", 1280, false);
  const shown = await plain.page.locator("form:visible").count();
  if (shown > 0) faults.push(`without script ${shown} forms are shown`);
  if ((await plain.page.locator("article").count()) < 30) faults.push("without script addresses are missing");
  await plain.context.close();
  await open.close();
  for (const fault of new Set(faults)) console.log(`  ${fault}`);
  console.log(`${faults.length ? `${faults.length} faults` : "sound"}: ${address}`);
  return faults.length ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
