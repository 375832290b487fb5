import { mount } from "svelte";
import { createRouter } from "sv-router";
import App from "./App.svelte";
import Home from "./Home.svelte";
import Other from "./Other.svelte";

createRouter({ "/": Home, "/other": Other });
mount(App, { target: document.getElementById("app") });
