// Consent banners and the ledger: the real Klaro and CookieConsent, in Chromium, with `maat serve --demo`
// behind them. The pages of the test stand at the shop's address, where the demo lets pages ask.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { ADS, DENIED, begin, end, modes, press, slots, stands, strength, told, visit } from "./banner.mjs";

before(begin);
after(end);

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
