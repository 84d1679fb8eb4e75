// The page on which a publication is decided: a reason is asked for where something is ticked, a masked note goes into the
// text by a tap, and what is not saved does not go out.

const form = document.getElementById("choices");
const text = document.getElementById("text");
let changed = false;

const follow = (box) => {
  const why = document.getElementById(box.dataset.shows);
  why.hidden = !box.checked;
  why.querySelector("input").required = box.checked;
};

for (const box of document.querySelectorAll("[data-shows]")) {
  box.addEventListener("change", () => follow(box));
  follow(box);
}

for (const button of document.querySelectorAll("[data-take]")) {
  button.addEventListener("click", () => {
    text.value = [text.value.trim(), button.dataset.take].filter(Boolean).join("\n");
    text.form.elements.read.checked = false;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}

// A text that changed is one that nobody has read yet.
text?.addEventListener("input", () => {
  text.form.elements.read.checked = false;
});

form?.addEventListener("input", () => {
  changed = true;
});

for (const button of document.querySelectorAll("[data-saved]")) {
  button.addEventListener("click", (event) => {
    if (!changed) return;
    event.preventDefault();
    button.setCustomValidity(button.dataset.saved);
    button.reportValidity();
  });
}
