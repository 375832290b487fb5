// CookieConsent (npm `vanilla-cookieconsent`, version 3) and the ledger: call it before `run()`.
import { connect } from "./maat-banner.js";

export const cookieconsent = (options) => {
  const banner = connect("CookieConsent", "#cc-main", options);
  const yes = ({ detail: { cookie } }) => [...cookie.categories, ...Object.values(cookie.services ?? {}).flat()];
  let chosen = false;
  const answered = (event) => {
    chosen = true;
    banner.answered(yes(event));
  };
  addEventListener("cc:onFirstConsent", answered);
  addEventListener("cc:onChange", answered);
  // Also comes right after the first answer; on a later page it tells what was answered before.
  addEventListener("cc:onConsent", (event) => chosen || banner.remembered(yes(event)));
};
