// What the adapters of consent banners share: answers go to the ledger, and Google's Consent Mode v2
// hears of them. A yes is sent only for words that stood in the banner when it was clicked; a no always
// is. Nothing is stored here: the banner itself keeps the answer on the device.

/** Signals of Consent Mode that share with others: Global Privacy Control keeps them denied. */
const SHARING = ["ad_storage", "ad_user_data", "ad_personalization"];
const SIGNALS = [...SHARING, "analytics_storage"];

const spaced = (text) => text.replace(/\s+/g, " ").trim();

function gtag() {
  (globalThis.dataLayer ??= []).push(arguments);
}

const state = (granted) => Object.fromEntries(SIGNALS.map((it) => [it, granted.includes(it) ? "granted" : "denied"]));

const post = async ({ controller, token }, body) => {
  const response = await fetch(new URL(`web/${encodeURIComponent(controller)}/answers`, import.meta.url), {
    method: "POST",
    body: JSON.stringify({ token, lang: document.documentElement.lang, ...body }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    keepalive: true,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.detail} ${answer.words ?? ""}`);
  return answer;
};

/** The page as it is after an answer: adapted slots are asked for anew. */
const anew = () => {
  globalThis.maat?.plain();
  return globalThis.maat?.fill();
};

/**
 * A banner, by its name and where it stands on the page. Everything is denied until it says otherwise.
 * `answered` takes what somebody just chose, `remembered` what the banner still knew; both give what
 * stands in the end: what the banner and, for who is logged in, the ledger agree on.
 */
export const connect = (place, where, options) => {
  const { services, token } = options;
  const names = Object.keys(services);
  const choices = names.map((name) => services[name].choice).filter(Boolean);
  let shown = "";
  gtag("consent", "default", state([]));
  // A click of a person in the banner, before the banner itself takes it and goes away.
  const look = (event) => {
    if (!event.isTrusted || !event.composedPath().some((it) => it.matches?.(where))) return;
    shown = spaced([...document.querySelectorAll(where)].map((it) => it.innerText).join(" "));
  };
  addEventListener("click", look, { capture: true });

  const settle = (yes, standing) => {
    const agreed = names.filter((name) => {
      const { choice } = services[name];
      return yes.includes(name) && (!choice || !token || standing[choice] === true);
    });
    const asked = agreed.flatMap((name) => services[name].modes ?? []);
    const heeded = navigator.globalPrivacyControl === true ? asked.filter((it) => !SHARING.includes(it)) : asked;
    gtag("consent", "update", state(heeded));
    return agreed;
  };

  const settled = async (yes, answers) => {
    try {
      const answer = token ? await post(options, { place, answers, ask: choices }) : {};
      const agreed = settle(yes, answer.standing ?? {});
      if (answer.recorded) await anew();
      return agreed;
    } catch (error) {
      // What could not be looked up is no yes.
      console.info(`maat: the answers of the banner did not reach the ledger: ${error.message}`);
      return settle(yes, {});
    }
  };

  return {
    answered: (yes) => {
      const answers = [];
      for (const name of names) {
        const { choice, words } = services[name];
        if (!choice) continue;
        if (!yes.includes(name)) answers.push({ choice, yes: false });
        else if (words && shown.includes(spaced(words))) answers.push({ choice, yes: true, words });
        else console.info(`maat: no yes to "${choice}" is recorded, for its words did not stand in the banner`);
      }
      shown = "";
      return settled(yes, answers);
    },
    remembered: (yes) => settled(yes, []),
  };
};

/** Sends the TC string of a banner that has the IAB's interface, whenever somebody has chosen. */
export const tcf = (options) =>
  globalThis.__tcfapi?.("addEventListener", 2, async (data, well) => {
    if (!well || data.eventStatus !== "useractioncomplete" || !options.token) return;
    try {
      const answer = await post(options, { place: "IAB TCF", tcf: data.tcString });
      if (answer.recorded) await anew();
    } catch (error) {
      console.info(`maat: the TC string did not reach the ledger: ${error.message}`);
    }
  });
