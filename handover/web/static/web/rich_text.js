// Formatted text: Squire in the place of a plain text box. What it sends, the server cleans again.
const TAGS = new Set(["A", "B", "BLOCKQUOTE", "BR", "DIV", "EM", "I", "LI", "OL", "P", "STRONG", "U", "UL"]);
const UNDO = { bold: "removeBold", italic: "removeItalic", underline: "removeUnderline",
  makeUnorderedList: "removeList", makeOrderedList: "removeList" };

function clean(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) continue;
    let place = into;
    if (TAGS.has(node.tagName)) {
      place = document.createElement(node.tagName);
      const href = node.tagName === "A" && node.getAttribute("href");
      if (href && /^(https?:|mailto:|tel:)/i.test(href)) place.setAttribute("href", href);
      into.append(place);
    }
    clean(node, place);
  }
  return into;
}

function sanitize(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return clean(parsed.body, document.createDocumentFragment());
}

function begin(box) {
  const plain = box.querySelector("textarea");
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: `${plain.name}-html` });
  const root = document.createElement("div");
  root.className = "form-control rich-field document-answer";
  root.setAttribute("role", "textbox");
  root.setAttribute("aria-multiline", "true");
  root.setAttribute("aria-labelledby", `${plain.id}-label`);
  plain.replaceWith(root, sent);
  root.id = plain.id;
  const editor = new window.Squire(root, { sanitizeToDOMFragment: sanitize, addLinks: false });
  editor.setHTML(box.querySelector("template").innerHTML);
  const send = () => { sent.value = editor.getHTML(); };
  send();
  editor.addEventListener("input", () => { send(); box.dispatchEvent(new Event("input", { bubbles: true })); });
  tools(box.querySelector(".rich-tools"), editor);
}

function tools(bar, editor) {
  bar.hidden = false;
  const buttons = [...bar.querySelectorAll("button")];
  const show = () => buttons.forEach((each) => {
    const on = editor.hasFormat(each.dataset.tag);
    each.setAttribute("aria-pressed", String(on));
    each.classList.toggle("active", on);
  });
  editor.addEventListener("pathChange", show);
  editor.addEventListener("select", show);
  for (const each of buttons) {
    each.addEventListener("click", () => {
      const name = each.dataset.format;
      editor[editor.hasFormat(each.dataset.tag) ? UNDO[name] : name]();
      editor.focus();
      show();
    });
  }
  show();
}

if (window.Squire) document.querySelectorAll("[data-rich]").forEach(begin);
