// Light, dark, as the phone says, or for the sun; kept on this phone.
const KEY = "theme";

export function theme() {
  return localStorage.getItem(KEY) ?? "auto";
}

export function setTheme(name) {
  localStorage.setItem(KEY, name);
  applyTheme();
}

export function applyTheme() {
  const chosen = theme();
  if (chosen === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = chosen;
}
