// The check itself can fail: each fault of a broken page is found, and a sound page has none.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { browser, look } from "./pages.mjs";

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}.html`, import.meta.url));
let open;
before(async () => (open = await browser()));
after(() => open.close());

test("a broken page has every fault told", async () => {
  const told = (await look(open, fixture("broken"))).faults.join("\n");
  for (const fault of [
    /^HTML, line \d+: .*lang/m, /no-dup-id/, /320px light: axe color-contrast/, /1280px dark: axe image-alt/,
    /axe html-has-lang/, /320px dark: scrolls sideways by \d+px/, /asks for file:.*nowhere\.png/,
    /has 1 scripts/, /print: 1 parts/,
  ]) assert.match(told, fault);
});

test("a sound page has none", async () => {
  const seen = await look(open, fixture("sound"));
  assert.deepEqual(seen.faults, []);
  assert.equal(seen.looks, 6);
  assert.ok(seen.rules > 3);
});
