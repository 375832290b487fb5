import type { Options } from "./maat-banner.js";
/** Klaro's `getManager()`. */
export function klaro(manager: { consents: Record<string, boolean>; confirmed: boolean; watch(watcher: object): void }, options: Options): void;
