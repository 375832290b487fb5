import type { Options } from "./maat-banner.js";
/** Klaro's `getManager()`; without it, it waits until `klaro` is there. */
export function klaro(
  manager: { consents: Record<string, boolean>; confirmed: boolean; watch(watcher: object): void; store?: { get(): string | null } } | undefined,
  options: Options,
): void;
