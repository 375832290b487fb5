// Trying the interface from its own page. Without this script the page is whole to read.

const key = document.querySelector("#key-text");
document.querySelector("#key").hidden = false;

function addressOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input[data-in]")) {
    if (input.dataset.in.startsWith("path")) {
      path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    } else if (input.value !== "") {
      query.set(input.name, input.value);
    }
  }
  const fields = query.toString();
  return fields === "" ? path : `${path}?${fields}`;
}

async function asked(form) {
  const body = form.querySelector("textarea");
  const headers = { Authorization: `Bearer ${key.value}` };
  if (body !== null) headers["Content-Type"] = form.dataset.media;
  const response = await fetch(addressOf(form), {
    method: form.dataset.method,
    headers,
    body: body === null ? undefined : body.value,
  });
  const text = await response.text();
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // What is no JSON is shown as it is.
  }
  return `${response.status} ${response.statusText}\n\n${shown}`;
}

for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = form.querySelector("[role=status]");
    // What was answered before is of another question.
    status.replaceChildren();
    let said;
    try {
      said = await asked(form);
    } catch (error) {
      said = `The service did not answer: ${error.message}`;
    }
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.textContent = said;
    status.replaceChildren(pre);
  });
}
