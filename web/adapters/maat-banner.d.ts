/** A signal of Google's Consent Mode v2. */
export type Mode = "ad_storage" | "ad_user_data" | "ad_personalization" | "analytics_storage";

/** What a service or category of the banner stands for. */
export interface Service {
  /** The choice of the Code. */
  choice?: string;
  /** The words of that choice, letter for letter: the banner has to show them. */
  words?: string;
  /** What Consent Mode hears. */
  modes?: Mode[];
}

export interface Options {
  /** The company's id in Maat. */
  controller: string;
  /** The visit token of who is logged in, read at every answer; without it nothing is sent. */
  token?: string;
  /** By the name of the service (Klaro) or category (CookieConsent). */
  services: Record<string, Service>;
}

/** Sends the TC string of a banner that has `__tcfapi`. */
export function tcf(options: Options): void;
