// What the adapters of consent banners share: answers go to the ledger, and Google's Consent Mode v2
// hears of them. A yes is sent only for words that stood in the banner when it was clicked; a no always
// is, and until the ledger has it, it stays on the device (`maat:` in localStorage) and goes again from
// every page. What stays after that is a mark without an answer in it: this answer of the banner arrived.

/** Signals of Consent Mode that share with others: Global Privacy Control keeps them denied. */
const SHARING = ["ad_storage", "ad_user_data", "ad_personalization"];
const SIGNALS = [...SHARING, "analytics_storage"];

function gtag() {
  (globalThis.dataLayer ??= []).push(arguments);
}

const state = (granted) => Object.fromEntries(SIGNALS.map((it) => [it, granted.includes(it) ? "granted" : "denied"]));

/** Letters as they are read, whatever case or hyphens a style draws and wherever the lines break. */
const letters = (text) => text.normalize("NFKC").replace(/[\p{Cf}\s]+/gu, "");

/** The letters that can be seen in all that a selector finds. */
const seen = (where) => {
  let text = "";
  for (const root of document.querySelectorAll(where)) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { data, parentElement } = walk.currentNode;
      if (parentElement.checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true })) text += data;
    }
  }
  return letters(text);
};

/** What stays on the device; where a browser lets nothing stay, as long as the page does. */
const memory = new Map();
const stored = (ask) => {
  try {
    return ask(localStorage);
  } catch {
    return undefined;
  }
};
const get = (key) => memory.get(key) ?? stored((it) => it.getItem(key));
const put = (key, value) => memory.set(key, value) && stored((it) => it.setItem(key, value));
const drop = (key) => {
  memory.delete(key);
  stored((it) => it.removeItem(key));
};
const keys = (start) => [...new Set([...memory.keys(), ...(stored(Object.keys) ?? [])])].filter((it) => it.startsWith(start));

const read = (key) => {
  try {
    return JSON.parse(get(key));
  } catch {
    return drop(key);
  }
};

const kept = ({ controller }) => `maat:${controller}:kept:`;

/** A mark of what a banner says now, which tells it from what it said before and from nothing else. */
const marked = ({ controller }, place, said) => {
  let sum = 7;
  for (const it of JSON.stringify(said)) sum = (Math.imul(sum, 31) + it.codePointAt(0)) | 0;
  const key = `maat:${controller}:mark:${place}`;
  return { is: () => get(key) === String(sum), set: () => put(key, String(sum)), unset: () => drop(key) };
};

/** Sends; an error where it has to come again. What was refused will be again, and is told. */
const post = async ({ controller }, body) => {
  const response = await fetch(new URL(`web/${encodeURIComponent(controller)}/answers`, import.meta.url), {
    method: "POST",
    body: JSON.stringify({ lang: document.documentElement.lang, ...body }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    keepalive: true,
  });
  const answer = await response.json();
  if (!response.ok && (response.status !== 422 || answer.visit === "void")) {
    throw Object.assign(new Error(answer.detail), { visit: answer.visit });
  }
  for (const it of answer.refused ?? []) console.info(`maat: ${it.at} was not taken: ${it.detail} ${it.words ?? ""}`);
  return answer;
};

/** One after the other, so that nothing arrives before what was said earlier. */
let turn = Promise.resolve();
const inTurn = (work) => (turn = turn.then(work, work));

/** Sends what is kept on the device, each in the name of the visit it was said on; an error where any has to stay. */
const flush = async (options, but) => {
  const { token } = options;
  let failed, recorded;
  for (const key of keys(kept(options))) {
    if (key === but) continue;
    const body = read(key);
    if (!body) continue;
    try {
      // A token that holds for nobody any more: the visitor of this page it is, or nobody yet.
      const again = (error) => {
        if (error.visit !== "void" || !token || token === body.token) throw error;
        return post(options, { ...body, token });
      };
      recorded = (await post(options, body).catch(again)).recorded || recorded;
      drop(key);
    } catch (error) {
      failed = error;
    }
  }
  if (recorded) await anew();
  if (failed) throw failed;
};

/** Sends from now on whatever is kept, and whenever the network is back. */
const watch = (options) => {
  const again = () => inTurn(() => flush(options)).catch(late);
  addEventListener("online", again);
  addEventListener("pageshow", (event) => event.persisted && again());
  return again();
};

const late = (error) => console.info(`maat: what was answered did not reach the ledger yet: ${error.message}`);

/** Keeps what somebody answered on the device until the ledger has it; then gives its answer. */
const deliver = (options, body, refused) => {
  const key = `${kept(options)}${Math.random()}`;
  if (refused) put(key, JSON.stringify({ ...refused, token: body.token, place: body.place }));
  return inTurn(async () => {
    if (keys(kept(options)).some((it) => it !== key)) await flush(options, key);
    const answer = await post(options, body);
    drop(key);
    return answer;
  });
};

/** The page as it is after an answer: adapted slots are asked for anew. */
const anew = () => {
  globalThis.maat?.plain();
  return globalThis.maat?.fill();
};

/** Calls `found` with what `find` gives, as soon as it gives something: a banner may come late. */
export const when = (find, found) => {
  const tried = () => {
    try {
      return find();
    } catch {
      return undefined;
    }
  };
  const once = tried();
  if (once) return found(once);
  const timer = setInterval(() => {
    const it = tried();
    if (!it) return;
    clearInterval(timer);
    found(it);
  }, 100);
};

/**
 * A banner, by its name and where it stands on the page. Everything is denied until it says otherwise.
 * `answered` takes what somebody just chose, `remembered` what the banner still knew, of which it may
 * say since when; both give what stands in the end: what the banner and, for who is logged in, the
 * ledger agree on. `refused` takes what the banner still knows to be refused, and nothing else.
 */
export const connect = (place, where, options) => {
  const { services } = options;
  const names = Object.keys(services);
  const ask = names.map((name) => services[name].choice).filter(Boolean);
  let shown = "";
  gtag("consent", "default", state([]));
  // A click of a person in the banner, before the banner itself takes it and goes away.
  const look = (event) => {
    if (event.isTrusted && event.composedPath().some((it) => it.matches?.(where))) shown = seen(where);
  };
  addEventListener("click", look, { capture: true });
  watch(options);

  const settle = (yes, standing) => {
    const agreed = names.filter((name) => {
      const { choice } = services[name];
      return yes.includes(name) && (!choice || !options.token || standing[choice] === true);
    });
    const asked = agreed.flatMap((name) => services[name].modes ?? []);
    const heeded = navigator.globalPrivacyControl === true ? asked.filter((it) => !SHARING.includes(it)) : asked;
    gtag("consent", "update", state(heeded));
    return agreed;
  };

  const settled = async (yes, sent) => {
    try {
      const answer = options.token ? await sent() : {};
      const agreed = settle(yes, answer.standing ?? {});
      if (answer.recorded) await anew();
      return agreed;
    } catch (error) {
      late(error);
      // What could not be looked up is no yes.
      return settle(yes, {});
    }
  };

  const no = (yes) => names.filter((name) => services[name].choice && !yes.includes(name)).map((name) => ({ choice: services[name].choice, yes: false }));

  /** Brings what is refused, where the ledger has not been told, and asks how things stand. */
  const compare = async (yes, since) => {
    const mark = marked(options, place, [no(yes), since]);
    const answers = mark.is() ? [] : no(yes);
    const answer = await post(options, { token: options.token, place, answers, ask, said: "before" });
    mark.set();
    return answer;
  };

  return {
    answered: (yes, since) => {
      const refused = no(yes);
      const answers = [...refused];
      for (const name of names.filter((it) => yes.includes(it))) {
        const { choice, words } = services[name];
        if (choice && words && shown.includes(letters(words))) answers.push({ choice, yes: true, words });
        else if (choice) console.info(`maat: no yes to "${choice}" is recorded, for its words did not stand in the banner`);
      }
      shown = "";
      // Of a visitor without a name nothing arrived; it is told on the page on which they have one.
      const { token } = options;
      marked(options, place, [refused, since])[token ? "set" : "unset"]();
      return settled(yes, () => deliver(options, { token, place, answers, ask, said: "now" }, refused.length && { answers: refused }));
    },
    remembered: (yes, since) => settled(yes, () => compare(yes, since)),
    refused: async (yes, since) => options.token && compare(yes, since).catch(late),
  };
};

/** Sends the TC string of a banner that has the IAB's interface, when somebody chose and where the ledger has not had it. */
export const tcf = (options) => {
  const place = "IAB TCF";
  let shown = false;
  const say = async ({ eventStatus, tcString }, well) => {
    if (well && eventStatus === "cmpuishown") shown = true;
    if (!well || !tcString || !/^(useractioncomplete|tcloaded)$/.test(eventStatus)) return;
    const { token } = options;
    const mark = marked(options, place, tcString);
    const now = eventStatus === "useractioncomplete" && (shown || !mark.is());
    shown = false;
    if (!token) return now && mark.unset();
    if (!now && mark.is()) return;
    try {
      const body = { token, place, tcf: tcString, said: now ? "now" : "before" };
      if (now) mark.set();
      const answer = await (now ? deliver(options, body, { tcf: tcString, said: "before" }) : post(options, body));
      mark.set();
      if (answer.recorded) await anew();
    } catch (error) {
      late(error);
    }
  };
  watch(options);
  when(() => globalThis.__tcfapi, (api) => api("addEventListener", 2, say));
};
