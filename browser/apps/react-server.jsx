import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { StaticRouter } from "react-router";
globalThis.document = { getElementById: () => ({ hasChildNodes: () => true }) };
globalThis.location = { search: "?wait" };
const { App } = await import("./react.jsx");
export const html = renderToString(<StrictMode><StaticRouter location="/"><App /></StaticRouter></StrictMode>);
