import { StrictMode, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router";

const LISTS = [["plain one", "plain two"], ["plain three"], ["plain one", "plain four", "plain two"]];

function Home() {
  const [times, again] = useState(0);
  const [words, write] = useState("Plain words");
  const [list, change] = useState(0);
  const [mood, feel] = useState("box");
  return (
    <>
      <div data-maat-slot="hero" className="box"><h1 data-maat-place>{words} <em>of {times}</em></h1></div>
      <div data-maat-slot="line" className="box">{words}</div>
      <div data-maat-slot="mood" className={mood} data-maat-styles="warm cool">mood</div>
      <ul data-maat-slot="tips" className="box">{LISTS[list].map((it) => <li key={it}>{it}</li>)}</ul>
      <button id="again" onClick={() => again(times + 1)}>again</button>
      <button id="words" onClick={() => write("Newer words")}>words</button>
      <button id="list" onClick={() => change((list + 1) % LISTS.length)}>list</button>
      <button id="mood" onClick={() => feel(mood === "box" ? "box loud" : "box")}>mood</button>
    </>
  );
}

export function App() {
  return (
    <main>
      <nav><Link id="home" to="/">home</Link> <Link id="other" to="/other">other</Link></nav>
      <Routes>
        <Route path="/" element={<Home />} />
        <Route path="/other" element={<h1>Other page</h1>} />
      </Routes>
    </main>
  );
}

const whole = <StrictMode><BrowserRouter><App /></BrowserRouter></StrictMode>;
const root = document.getElementById("app");
if (root.hasChildNodes()) {
  globalThis.hydrate = () => hydrateRoot(root, whole, { onRecoverableError: () => {} });
  if (!new URLSearchParams(location.search).has("wait")) globalThis.hydrate();
} else createRoot(root).render(whole);
