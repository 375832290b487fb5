// A campaign by mail: read in, previewed, signed, sent, held back and gone on with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { at, fault, look } from "./look.mjs";
import { person, sign, signIn } from "./people.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BRIEF = readFileSync(join(HERE, "../../examples/mail/brief.toml"), "utf8");
const LAYOUT = `
[mail]
mjml = '''
<mjml><mj-body><mj-section><mj-column><mj-text>{{ greeting }}</mj-text>
<mj-raw><script>top.document.title = 'taken'</script></mj-raw><mj-text>{{ closing }}</mj-text></mj-column></mj-section></mj-body></mjml>
'''
`;

// Everybody starts at the first of their companies by name, which is `other`.

/** What the live page tells, once it tells this. */
const stands = (page, word) => page.waitForFunction(
  (told) => document.querySelector("#stand")?.textContent.includes(told), word, { timeout: 20000 });

async function read(noor, text) {
  await noor.go("/console/briefs/import");
  await noor.page.fill("#text", text);
  await noor.page.click("main form button");
}

/** A layout of one's own: a mistake is told beside its field, and a script in it does not run. */
async function laidOut(noor, see) {
  let blocked = 0;
  noor.page.on("console", (message) => (blocked += message.text().startsWith("Blocked script execution")));
  await read(noor, BRIEF.replaceAll("tips-mail", "laid-out") + LAYOUT);
  await noor.go("/console/briefs/laid-out/edit");
  await see("edit-mail");
  await noor.page.locator("#mail_mjml").evaluate((it) => (it.closest("details").open = true));
  await noor.page.fill("#mail_mjml", "<mjml><mj-body><mj-text>{{ nobody }}</mj-text></mj-body></mjml>");
  await noor.page.waitForSelector("#wrong-mail_mjml", { timeout: 10000 });
  await see("edit-mail-wrong");
  await noor.go("/console/briefs/laid-out/preview");
  await noor.page.frameLocator("iframe >> nth=0").locator("body").waitFor({ timeout: 10000 });
  if (!blocked || !(await noor.page.title()).includes("Vooraf")) fault("a mail in a frame ran a script");
}

/** The mail before it goes: as written, and counted over everybody. */
async function previewed(noor, see) {
  await read(noor, BRIEF);
  await see("brief-mail-unsigned");
  await noor.go("/console/briefs/tips-mail/preview");
  await see("preview-uncounted");
  await noor.page.click("form[action$='/preview'] button");
  await noor.page.waitForSelector("table.numbers", { timeout: 20000 });
  await see("preview");
  const first = noor.page.frameLocator("iframe >> nth=0");
  if (!(await first.locator("body").textContent()).includes("Kom gerust langs")) fault("the frame shows no mail");
}

/** Whoever looks after persons sees the mail of somebody who gets it, and why somebody else does not. */
async function customers(officer, see) {
  for (const [subject, gets] of [["other-004", true], ["other-000", false]]) {
    await officer.go("/console/briefs/tips-mail/preview");
    await officer.page.fill("#subject", subject);
    await officer.page.click("form[action$='/customer'] button");
    await officer.page.waitForURL("**/customer/**");
    if (((await officer.page.locator("iframe").count()) > 0) !== gets) fault(`${subject}: a mail is shown: ${!gets}`);
    await see(`preview-customer-${gets ? "mail" : "none"}`);
  }
  await officer.go("/console/briefs/tips-mail/preview");
  await officer.page.click("ul.plain li a[href*=customer] >> nth=0");
  await officer.page.frameLocator("iframe").locator("body").waitFor({ timeout: 10000 });
}

export async function mailings(open, base, post) {
  const noor = await person(open, base, "nl-NL");
  await signIn(noor, "Noor de Wit");
  await noor.go("/console/mailings");
  await at("nl", noor.page)("mailings-empty");
  await laidOut(noor, at("nl", noor.page));
  await previewed(noor, at("nl", noor.page));

  const [kim, sam, robin] = [await person(open, base, "nl-NL"), await person(open, base, "en-GB"), await person(open, base, "en-GB")];
  const see = at("nl", kim.page);
  for (const [one, name] of [[kim, "Kim"], [sam, "Sam"], [robin, "Robin"]]) await signIn(one, name);
  await customers(sam, at("en", sam.page));
  for (const officer of [sam, robin]) {
    await officer.go("/console/briefs/tips-mail");
    await sign(officer.page);
  }
  await look(robin.page, "en-brief-mail-approved");

  await kim.go("/console/briefs/tips-mail");
  await see("brief-mail-to-send");
  await kim.page.check("input[name=sure]");
  await kim.page.click("form[action$='/send'] button");
  await kim.page.waitForURL("**/console/mailings/**");
  await stands(kim.page, "loopt");
  await see("mailing-running");
  const address = new URL(kim.page.url()).pathname;
  await sam.go(address);
  await look(sam.page, "en-mailing-running");
  await kim.page.focus("summary");
  await sam.page.click("form[action$='/pause'] button");
  await look(sam.page, "en-mailing-paused");
  // The page of somebody else tells it by itself, and what has the focus keeps it.
  await stands(kim.page, "gepauzeerd");
  if (!(await kim.page.evaluate(() => document.activeElement.localName === "summary"))) fault("the live page takes the focus away");
  await kim.go(address);
  await see("mailing-paused");
  // All of them were being handed over already, which is not called back.
  post.go();
  for (let tries = 0; tries < 100 && !(await kim.page.textContent("#stand")).includes("klaar"); tries += 1) {
    await new Promise((done) => setTimeout(done, 200));
    await kim.go(address);
  }
  await see("mailing-done");
  await kim.go("/console/mailings");
  await see("mailings");
  // Without scripts the page is whole, and is asked for again by a link.
  const bare = await open.newContext({ locale: "nl-NL", javaScriptEnabled: false, storageState: await kim.context.storageState() });
  const still = await bare.newPage();
  await still.goto(base + address);
  if (!(await still.textContent("#stand")).includes("klaar")) fault("no state without scripts");
  if (!(await still.getByRole("link", { name: "Ververs" }).count())) fault("no way to look again without scripts");
}
