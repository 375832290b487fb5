// Maat on a page: fills the slots that the gate allows, and says beside each of them why. It stores and
// reads nothing on the device. Whatever goes wrong or takes too long leaves the page as it is. Adapted
// content never goes without its explanation, moves nothing around it, and is text, a choice of the
// page's own templates, or one of its own classes. Nothing of the page is taken out or moved.

/** Milliseconds after which an answer is dropped. */
const PATIENCE = 150;

/** How often a page may write over an adapted slot before it stays plain. */
const MOST = 50;

const SLOT = "[data-maat-slot]";

/** The tag that loaded the module: its `data-` attributes are the settings. */
const tag = [...document.scripts].find((script) => script.src === import.meta.url);

/** Adapted slots: what was said of each, whether it is as it was left, and what undoes it. */
const adapted = new Map();

/** Slots that were asked for. */
const known = new WeakSet();

/** Questions without an answer yet. */
const open = new Set();

/** Those of the last filling; none while the page is to be plain. */
let settings;

/** Says something once. */
const told = new Set();
const tell = (text) => told.has(text) || (told.add(text), console.info(`maat: ${text}`));

const listed = (text) => (text ?? "").split(/[\s,]+/).filter(Boolean);

const make = (name, fields, ...inside) => {
  const node = Object.assign(document.createElement(name), fields);
  node.append(...inside);
  return node;
};

const styles = (text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
};

/** Copies of the page's templates of a kind, in the order of their ids; none if one is missing. */
const copies = (slot, kind, ids) => {
  const own = [...slot.getRootNode().querySelectorAll(`template[data-maat-${kind}]`)];
  const found = ids.map((id) => own.find((it) => it.getAttribute(`data-maat-${kind}`) === id && (kind === "product" || slot.contains(it))));
  return found.every(Boolean) && found.flatMap((it) => [...it.content.cloneNode(true).children]);
};

/** What takes the place of the plain content, by kind. Prices and other kinds stay as they are. */
const fresh = {
  text: (_, value) => [make("maat-said", { textContent: value })],
  visual: (slot, value) => copies(slot, "visual", [value.trim()]),
  product: (slot, value) => copies(slot, "product", listed(value)),
};

const placed = (slot) => slot.querySelector("[data-maat-place]") ?? slot;

/** Words of the page without an element around them. */
const bare = (place) => [...place.childNodes].filter((it) => it.nodeType === 3 && it.data.trim());

/** Adapts one slot; gives what undoes it, or nothing. */
const adapt = (slot, { kind, value }) => {
  if (kind === "style") {
    const name = value.trim();
    const own = slot.classList;
    if (!listed(slot.dataset.maatStyles).includes(name) || own.contains(name)) return;
    own.add(name);
    return { whole: () => own.contains(name), undo: () => own.remove(name) };
  }
  const nodes = Object.hasOwn(fresh, kind) && fresh[kind](slot, value);
  if (!nodes?.length) return;
  const place = placed(slot);
  const words = bare(place).map((it) => [it, it.data]);
  for (const [it] of words) it.data = "";
  for (const it of nodes) it.dataset.maatOwn = "";
  place.prepend(...nodes);
  return {
    whole: () => nodes.every((it) => it.parentNode === place) && !bare(place).length,
    undo: () => {
      for (const it of nodes) it.remove();
      // What the page wrote meanwhile is newer.
      for (const [it, data] of words) it.data ||= data;
    },
  };
};

/** Plain content is not shown where, and as long as, an adapted version stands beside it. */
const beside = styles(`
:has(> [data-maat-own]) > :not([data-maat-own], maat-why) { display: none !important; }
:where(:has(> maat-why)) { position: relative; }`);

const sheet = styles(`
:host { all: initial; color-scheme: inherit; position: absolute; inset: auto .5rem .5rem auto; z-index: 1; }
button { font: 500 .8rem/1.2 system-ui, sans-serif; min-height: 24px; padding: .3em .8em; color: CanvasText; background: Canvas; border: 1px solid GrayText; border-radius: 2em; cursor: pointer; }
button:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--maat-accent, Highlight); outline-offset: 2px; }
div { font: 1rem/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; box-sizing: border-box; width: min(26rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); overflow: auto; padding: 1.2rem 1.4rem; border: 1px solid GrayText; border-radius: .8rem; box-shadow: 0 1rem 3rem #0004; }
div:focus { outline: none; }
::backdrop { background: #0003; }
p { margin: 0 0 .7rem; }
.title { font-size: 1.15rem; font-weight: 650; }
ul { margin: 0 0 1rem; padding: 0; list-style: none; }
a { display: inline-block; min-height: 24px; padding: .2rem 0; color: var(--maat-accent, LinkText); }
@media print { :host { display: none; } }`);

/** The button beside a slot, and what it opens. */
const explained = (why, { lang, words, links }) => {
  const title = make("p", { id: "title", className: "title", textContent: words.title });
  const ways = links.filter((it) => /^https?:/.test(it.href));
  const list = ways.map(({ href, text }) => make("li", {}, make("a", { href, rel: "noreferrer", textContent: text })));
  const close = make("button", { type: "button", textContent: words.close });
  const panel = make("div", { popover: "auto", role: "dialog", part: "panel", tabIndex: -1, autofocus: true, lang }, title, make("p", { textContent: why }), make("ul", {}, ...list), close);
  panel.setAttribute("aria-labelledby", "title");
  const button = make("button", { type: "button", textContent: words.why, part: "button", lang, popoverTargetElement: panel });
  Object.assign(close, { popoverTargetElement: panel, popoverTargetAction: "hide" });
  const host = make("maat-why");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(button, panel);
  // Browsers do not give the focus back from within a shadow tree.
  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState === "closed" && panel.contains(root.activeElement)) button.focus();
  });
  return host;
};

const sizes = (slot) =>
  [slot, placed(slot)].flatMap((it) => {
    const { width, height } = it.getBoundingClientRect();
    return [Math.round(width), Math.round(height)];
  }).join();

/** Adapts a slot and explains it, unless that would move what stands around it. */
const show = (slot, said, answer, times = 0) => {
  // A button cannot stand in a link or a button.
  if (adapted.has(slot) || slot.closest("a, button") || typeof said.value !== "string" || !said.why) return;
  // Made first: where there is no explanation, nothing is adapted.
  const host = explained(said.why, answer);
  const sheets = slot.getRootNode().adoptedStyleSheets;
  if (!sheets.includes(beside)) sheets.push(beside);
  const before = sizes(slot);
  const done = adapt(slot, said);
  if (!done) return;
  if (sizes(slot) !== before) {
    done.undo();
    return tell(`slot "${said.slot}" stays plain, for its adapted version does not fit its room`);
  }
  slot.append(host);
  const is = () => slot.isConnected && slot.dataset.maatSlot === said.slot;
  const whole = () => is() && host.parentNode === slot && done.whole();
  const undo = () => {
    host.remove();
    done.undo();
    adapted.delete(slot);
  };
  const again = () => {
    undo();
    if (!is()) known.delete(slot);
    else if (times < MOST) show(slot, said, answer, times + 1);
  };
  adapted.set(slot, { whole, undo, again });
  watcher.observe(slot, { childList: true, subtree: true, characterData: true, attributeFilter: ["class", "data-maat-slot"] });
};

/** The page changed: what it wrote over is adapted anew, and slots that came are asked for. */
let soon;
const watcher = new MutationObserver(() => {
  for (const { whole, again } of [...adapted.values()]) whole() || again();
  soon ??= setTimeout(() => {
    soon = undefined;
    if (settings) fill(document, settings, true);
  }, 100);
});

const asked = async (own, slots) => {
  const began = performance.now();
  const stop = new AbortController();
  const late = setTimeout(() => {
    tell("the answer came late, so the page stays plain");
    stop.abort();
  }, PATIENCE);
  open.add(stop);
  try {
    const response = await fetch(new URL(`web/${encodeURIComponent(own.controller)}/slots`, import.meta.url), {
      method: "POST",
      body: JSON.stringify({
        brief: own.brief,
        slots,
        lang: document.documentElement.lang,
        page: own.page,
        token: own.subjectToken,
        gpc: navigator.globalPrivacyControl === true,
      }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: stop.signal,
    });
    const answer = response.ok && (await response.json());
    return answer && !stop.signal.aborted && performance.now() - began <= PATIENCE ? answer : undefined;
  } finally {
    clearTimeout(late);
    open.delete(stop);
  }
};

/** Fills the slots below `root` that are plain still, and from then on those that come. */
export const fill = async (root = document, own = tag?.dataset, late) => {
  if (!own?.controller || !own.brief || !("popover" in HTMLElement.prototype)) return;
  // What was said to somebody else was not said to them.
  if (settings && settings.subjectToken !== own.subjectToken) plain();
  settings = own;
  watcher.observe(document, { childList: true, subtree: true, attributeFilter: ["data-maat-slot"] });
  const slots = [...root.querySelectorAll(SLOT)].filter((slot) => !adapted.has(slot) && !(late && known.has(slot)));
  if (!slots.length) return;
  for (const slot of slots) {
    known.add(slot);
    if (late) tell(`slot "${slot.dataset.maatSlot}" came late; maat.fill(element) is sooner`);
  }
  try {
    const answer = await asked(own, [...new Set(slots.map((slot) => slot.dataset.maatSlot))]);
    for (const said of answer?.slots ?? []) {
      for (const slot of slots) if (slot.dataset.maatSlot === said.slot && slot.isConnected) show(slot, said, answer);
    }
  } catch {
    // The page stays as it is.
  }
};

/** Puts every plain version back, until it is filled again. */
export const plain = () => {
  settings = undefined;
  watcher.disconnect();
  for (const stop of open) stop.abort();
  for (const { undo } of [...adapted.values()]) undo();
};

// Loaded twice, under another address: the first one stays.
if (!globalThis.maat?.fill) {
  globalThis.maat = { fill, plain };
  // What is looked at again has nothing in it that was withdrawn meanwhile.
  let left = document.hidden && tag?.dataset;
  const turned = ({ type }) => {
    if (type === "pagehide" || document.hidden) {
      left ||= settings;
      plain();
    } else if (left) {
      fill(document, left);
      left = 0;
    }
  };
  for (const type of ["pagehide", "pageshow", "visibilitychange"]) addEventListener(type, turned);
  if (tag) {
    // Who is logged in, or what the page is about, became another.
    new MutationObserver(() => {
      plain();
      fill();
    }).observe(tag, { attributes: true });
    left || fill();
  }
}
