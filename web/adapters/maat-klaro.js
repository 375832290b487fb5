// Klaro (npm `klaro`) and the ledger: call it with Klaro's manager, before or after the banner shows; or with
// nothing, and it waits until Klaro is there.
import { connect, when } from "./maat-banner.js";

export const klaro = (manager, options) => {
  const banner = connect("Klaro", ".klaro", options);
  const begin = (manager) => {
    const names = Object.keys(options.services);
    const yes = (consents) => names.filter((name) => consents[name]);
    // What was answered before this page, also where Klaro has come to ask about more since.
    const known = () => JSON.parse(decodeURIComponent(manager.store?.get() ?? "null"));
    manager.watch({
      update: (_, what) => {
        if (what === "saveConsents") banner.answered(yes(manager.consents));
      },
    });
    if (manager.confirmed) banner.remembered(yes(manager.consents));
    else if (known()) banner.refused(names.filter((name) => known()[name] !== false));
  };
  when(() => manager ?? globalThis.klaro?.getManager(), begin);
};
