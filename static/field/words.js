// Words on screen: Chinese in the source, English from the catalogue that the shell keeps.
let catalogue = {};
let chosen = "zh";

export function language() {
  return chosen;
}

// The language of the screen from here on, with its catalogue; Chinese needs none.
export function speak(lang, found = {}) {
  [chosen, catalogue] = [lang, found];
}

// `load(language)` gives a catalogue.
export async function loadWords(load) {
  const kept = localStorage.getItem("lang");
  const lang = kept ?? (navigator.language?.toLowerCase().startsWith("en") ? "en" : "zh");
  document.documentElement.lang = lang === "en" ? "en" : "zh-Hans";
  speak(lang);
  if (lang === "en") speak(lang, await load(lang));
}

export async function setLanguage(lang, load) {
  localStorage.setItem("lang", lang);
  await loadWords(load);
}

export function _(text, values = {}) {
  const found = catalogue[text] || text;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// Sentences one after another; after an English full stop stands a space.
export function sentences(...parts) {
  return parts.filter(Boolean).reduce((all, next) => `${all}${all.endsWith(".") ? " " : ""}${next}`, "");
}
