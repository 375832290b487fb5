// People who sign in to the console, each in a browser of their own.
import { createHmac } from "node:crypto";
import { fault } from "./look.mjs";

export const PASSWORD = "paars fietsen in de regen";

/** A code of RFC 6238. */
export function code(secret, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

/** A browser in which somebody signs in. */
export async function person(open, base, lang, scripts = true) {
  const context = await open.newContext({ locale: lang, javaScriptEnabled: scripts, bypassCSP: false });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && !/40[0-9]|422|429|Blocked script execution .* sandboxed/.test(message.text()) && fault(`console: ${message.text()}`));
  page.on("pageerror", (error) => fault(`script: ${error.message}`));
  page.on("request", (request) => request.url().startsWith(base) || fault(`asks elsewhere: ${request.url()}`));
  const go = async (path) => {
    const answer = await page.goto(base + path);
    if (answer.status() >= 500) fault(`${path}: ${answer.status()}`);
    return answer;
  };
  return { page, go, context };
}

/** Signs in for the first time; gives the secret of the one-time codes. `visit` looks at each page. */
export async function signIn({ page, go }, name, visit) {
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

/** Answers the three questions on the page of a brief, and signs it. */
export async function sign(page) {
  for (const box of ["relevant", "clear", "welcome"]) await page.check(`input[name=${box}]`);
  await page.click("form[action$='/sign'] button");
}
