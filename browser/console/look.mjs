// Looks at a page that is open: valid HTML, WCAG 2.2 AA, no sideways scrolling, in light and dark and every width.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate/node";
import { SCHEMES, violations } from "../pages.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const SHOTS = process.argv[4];
const WIDTHS = [320, 768, 1280];
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

const faults = new Set();
let looks = 0;

export const fault = (text) => faults.add(text);

/** What was seen: how often it was looked, and what was wrong. */
export const seen = () => ({ looks, faults: [...faults] });

// What is judged is what the browser holds, after scripts: it writes `required=""`. The files are of this very site.
const config = new FileSystemConfigLoader({
  root: true, extends: [join(HERE, ".htmlvalidate.json")], rules: { "attribute-boolean-style": "off", "require-sri": "off",
    // Boxes of one question share a name.
    "form-dup-name": ["error", { shared: ["radio", "button", "submit", "checkbox"] }] },
});
const validator = new HtmlValidate(config);

/** Looks at a page that is open, in every width and scheme. */
export async function look(page, name) {
  // A page that is still read in has parts without their end.
  await page.waitForLoadState();
  // A frame is loaded once it comes in sight.
  for (const frame of await page.locator("iframe").all()) {
    await frame.scrollIntoViewIfNeeded();
    await frame.contentFrame().locator("body").waitFor();
  }
  const html = await page.evaluate(() => document.documentElement.outerHTML);
  const { results } = await validator.validateString(`<!DOCTYPE html>\n${html}`);
  for (const it of results.flatMap((result) => result.messages)) fault(`${name}: HTML: ${it.message} (${it.ruleId}) ${it.selector ?? ""}`);
  for (const colorScheme of SCHEMES) {
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
      const found = await violations(page);
      looks += 1;
      for (const it of found.faults) fault(`${name}: ${width}px ${colorScheme}: ${it}`);
      if (opened) await page.evaluate(() => document.querySelectorAll("details").forEach((it, nth) => nth && (it.open = false)));
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

/** Looks at what one person sees, under a name that begins with theirs. */
export const at = (prefix, page) => (name) => look(page, `${prefix}-${name}`);
