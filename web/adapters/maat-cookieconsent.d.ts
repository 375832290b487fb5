import type { Options } from "./maat-banner.js";
/** Call it before CookieConsent's `run()`; called later, it brings what was refused by then. */
export function cookieconsent(options: Options & {
  /** The name that CookieConsent's settings give to its cookie: `cc_cookie`. */
  cookie?: string;
}): void;
