import type { Options } from "./maat-banner.js";
/** Call it before CookieConsent's `run()`. */
export function cookieconsent(options: Options): void;
