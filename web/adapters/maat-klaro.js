// Klaro (npm `klaro`) and the ledger: call it with Klaro's manager, before or after the banner shows.
import { connect } from "./maat-banner.js";

export const klaro = (manager, options) => {
  const banner = connect("Klaro", ".klaro", options);
  const yes = () => Object.keys(options.services).filter((name) => manager.consents[name]);
  manager.watch({
    update: (_, what) => {
      if (what === "saveConsents") banner.answered(yes());
    },
  });
  if (manager.confirmed) banner.remembered(yes());
};
