// Conveniences of the console; everything works without. A brief is judged while it is written, a page that waits for
// long work looks again by itself, and the page of a mailing tells how far it is.
"use strict";

const form = document.querySelector("form[data-live]");
const place = document.getElementById("verdict");

// Puts what is wrong beside its field, as the server does when it writes the page.
function mark(wrong) {
  for (const old of form.querySelectorAll("p.wrong")) {
    const field = document.getElementById(old.id.slice("wrong-".length));
    if (field) {
      field.removeAttribute("aria-invalid");
      const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== old.id);
      if (others.length) field.setAttribute("aria-describedby", others.join(" "));
      else field.removeAttribute("aria-describedby");
    }
    old.remove();
  }
  for (const [name, said] of wrong) {
    const field = document.getElementById(name);
    if (!field) continue;
    const told = document.createElement("p");
    told.className = "wrong";
    told.id = "wrong-" + name;
    told.textContent = said;
    if (field.localName === "fieldset") field.prepend(told);
    else {
      field.before(told);
      field.setAttribute("aria-invalid", "true");
    }
    field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), told.id].filter(Boolean).join(" "));
  }
}

if (form && place) {
  let timer, asked;
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const busy = place.querySelector(".verdict");
    if (busy) busy.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.live, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: "text/html" },
        signal: asked.signal,
        redirect: "error",
      });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const verdict = page.querySelector(".verdict");
      if (!verdict) return;
      const lines = [...verdict.querySelectorAll("li[data-field]")];
      mark(lines.filter((line) => line.dataset.field).map((line) => [line.dataset.field, line.textContent]));
      place.replaceChildren(verdict);
    } catch {
      // It is judged again at the next letter, and by the button.
    } finally {
      if (busy) busy.removeAttribute("aria-busy");
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  };
  form.addEventListener("input", soon);
}

if (document.querySelector("[data-poll]")) setTimeout(() => location.reload(), 2000);

// A mailing that goes: its parts are put anew where they changed, and nothing else, so that whoever reads, or stands on
// a button, stays there.
const live = document.querySelector("[data-live-page]");
if (live) {
  const look = async () => {
    const began = performance.now();
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" }, redirect: "error" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const fresh of page.querySelectorAll("[data-fresh]")) {
          const old = document.getElementById(fresh.id);
          if (old && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
        }
        if (!page.querySelector("[data-live-page]")) return;
      }
    } catch {
      // It looks again.
    }
    // Counting reads every row of a mailing: a large one is asked less often.
    setTimeout(look, Math.max(2000, 5 * (performance.now() - began)));
  };
  setTimeout(look, 2000);
}
