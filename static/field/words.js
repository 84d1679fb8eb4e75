// Words on screen: Chinese in the source, English from the catalogue that the shell keeps.
import { loadCatalogue } from "./sync.js";

let catalogue = {};
let chosen = "zh";

export function language() {
  return chosen;
}

export async function loadWords() {
  const kept = localStorage.getItem("lang");
  chosen = kept ?? (navigator.language?.toLowerCase().startsWith("en") ? "en" : "zh");
  document.documentElement.lang = chosen === "en" ? "en" : "zh-Hans";
  catalogue = chosen === "en" ? await loadCatalogue("en") : {};
}

export async function setLanguage(lang) {
  localStorage.setItem("lang", lang);
  await loadWords();
}

export function _(text, values = {}) {
  const found = catalogue[text] || text;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
