// CookieConsent (npm `vanilla-cookieconsent`, version 3) and the ledger: call it before `run()`. Called later, it
// brings what was refused by then.
import { connect } from "./maat-banner.js";

/** What CookieConsent keeps on the device, by the name that its settings give it. */
const known = (name) => {
  try {
    const cookie = document.cookie.split("; ").find((it) => it.startsWith(`${name}=`));
    return JSON.parse(cookie ? decodeURIComponent(cookie.slice(name.length + 1)) : localStorage.getItem(name));
  } catch {
    return undefined;
  }
};

export const cookieconsent = (options) => {
  const banner = connect("CookieConsent", "#cc-main", options);
  const yes = (cookie) => [...cookie.categories, ...Object.values(cookie.services ?? {}).flat()];
  const since = (cookie) => cookie.lastConsentTimestamp ?? cookie.consentTimestamp;
  let chosen = false;
  const answered = ({ detail: { cookie } }) => {
    chosen = true;
    banner.answered(yes(cookie), since(cookie));
  };
  const remembered = (cookie) => banner.remembered(yes(cookie), since(cookie));
  addEventListener("cc:onFirstConsent", answered);
  addEventListener("cc:onChange", answered);
  // Also comes right after the first answer; on a later page it tells what was answered before.
  addEventListener("cc:onConsent", ({ detail: { cookie } }) => chosen || remembered(cookie));
  const before = known(options.cookie ?? "cc_cookie");
  if (!before?.categories) return;
  // It ran already: of what it would have told, nothing comes any more.
  if (globalThis.CookieConsent?.validConsent?.()) remembered(before);
  else banner.refused(yes(before), since(before));
};
