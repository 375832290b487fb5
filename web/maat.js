// Maat on a page: fills the slots that the gate allows, and says beside each of them why.
//
// It stores nothing, and reads nothing that is on the device: who the visitor is, the page itself says.
// Whatever goes wrong or takes too long leaves the page as it is. Adapted content goes nowhere without
// its explanation, never moves what stands around it, and is text, a choice of the page's own
// templates, or one of its own classes.

/** Milliseconds after which an answer is dropped. */
const PATIENCE = 150;

/** The tag that loaded the module: its `data-` attributes are the settings. */
const tag = [...document.scripts].find((script) => script.src === import.meta.url);

/** Adapted slots, each with what puts the plain version back. */
const adapted = new Map();

/** Questions that have no answer yet; a page that is left wants none. */
const open = new Set();

const listed = (text) => (text ?? "").split(/[\s,]+/).filter(Boolean);

const make = (name, fields, ...inside) => {
  const node = Object.assign(document.createElement(name), fields);
  node.append(...inside);
  return node;
};

/** Copies of the page's own templates of a kind, in the order of their ids; none if one is missing. */
const copies = (slot, kind, ids) => {
  const own = [...slot.getRootNode().querySelectorAll(`template[data-maat-${kind}]`)];
  const name = kind === "visual" ? "maatVisual" : "maatProduct";
  const found = ids.map((id) => own.find((it) => it.dataset[name] === id && (kind === "product" || slot.contains(it))));
  return found.length && found.every(Boolean) ? found.map((it) => it.content.cloneNode(true)) : undefined;
};

/** What takes the place of the plain content, by kind. Other kinds, as prices, are left as they are. */
const fresh = {
  text: (_, value) => [value],
  visual: (slot, value) => copies(slot, "visual", [value.trim()]),
  product: (slot, value) => copies(slot, "product", listed(value)),
};

const put = (place, nodes) => {
  const plain = [...place.childNodes];
  place.replaceChildren(...nodes, ...plain.filter((it) => it.localName === "template" || it.localName === "maat-why"));
  return () => place.replaceChildren(...plain);
};

/** Adapts one slot; gives what undoes it, or nothing. */
const adapt = (slot, { kind, value }) => {
  if (kind === "style") {
    const name = value.trim();
    if (!listed(slot.dataset.maatStyles).includes(name) || slot.classList.contains(name)) return;
    slot.classList.add(name);
    return () => slot.classList.remove(name);
  }
  const nodes = Object.hasOwn(fresh, kind) && fresh[kind](slot, value);
  return nodes && put(slot.querySelector("[data-maat-place]") ?? slot, nodes);
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
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

/** The small button beside a slot, and what it opens. */
const explained = (why, { lang, words, links }) => {
  const title = make("p", { id: "title", className: "title", textContent: words.title });
  const ways = links.filter((it) => /^https?:/.test(it.href));
  const list = ways.map((it) => make("li", {}, make("a", { href: it.href, rel: "noreferrer", textContent: it.text })));
  const close = make("button", { type: "button", textContent: words.close });
  const panel = make("div", { popover: "auto", tabIndex: -1, autofocus: true, lang }, title);
  panel.append(make("p", { textContent: why }), make("ul", {}, ...list), close);
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-labelledby", "title");
  panel.setAttribute("part", "panel");
  const button = make("button", { type: "button", textContent: words.why, lang, popoverTargetElement: panel });
  button.setAttribute("part", "button");
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
  [slot, slot.querySelector("[data-maat-place]") ?? slot].map((it) => {
    const { width, height } = it.getBoundingClientRect();
    return [Math.round(width), Math.round(height)].join();
  }).join();

/** Adapts a slot and explains it; undone where it would move what stands around it. */
const show = (slot, said, answer) => {
  // A button cannot stand in a link or a button.
  if (adapted.has(slot) || slot.closest("a, button") || typeof said.value !== "string" || !said.why) return;
  // Made first: where there is no explanation, nothing is adapted.
  const host = explained(said.why, answer);
  const before = sizes(slot);
  const undo = adapt(slot, said);
  if (!undo) return;
  if (sizes(slot) !== before) {
    undo();
    return console.info(`maat: slot "${said.slot}" stays plain, for its adapted version does not fit its room`);
  }
  const moored = getComputedStyle(slot).position === "static";
  if (moored) slot.style.position = "relative";
  slot.append(host);
  adapted.set(slot, () => {
    host.remove();
    if (moored) slot.style.position = "";
    undo();
  });
};

const asked = async (own, slots) => {
  const began = performance.now();
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
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

/** Fills the slots below `root` that are plain still. Slots that come later are filled by another call. */
export const fill = async (root = document, own = tag?.dataset) => {
  if (!own?.controller || !own.brief || !("popover" in HTMLElement.prototype)) return;
  const slots = [...root.querySelectorAll("[data-maat-slot]")].filter((slot) => !adapted.has(slot));
  if (!slots.length) return;
  try {
    const answer = await asked(own, [...new Set(slots.map((slot) => slot.dataset.maatSlot))]);
    for (const said of answer?.slots ?? []) {
      for (const slot of slots) if (slot.dataset.maatSlot === said.slot && slot.isConnected) show(slot, said, answer);
    }
  } catch {
    // The page stays as it is.
  }
};

/** Puts every plain version back. */
export const plain = () => {
  for (const stop of open) stop.abort();
  for (const undo of adapted.values()) undo();
  adapted.clear();
};

// Loaded twice, under another address: the first one stays.
if (!globalThis.maat) {
  globalThis.maat = { fill, plain };
  // A page that comes back from the browser's memory must not show what was withdrawn meanwhile.
  addEventListener("pagehide", plain);
  addEventListener("pageshow", (event) => event.persisted && fill());
  if (tag) fill();
}
