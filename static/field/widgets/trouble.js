// What went wrong with an act on this phone: what happened, what is safe, what to do.
import { LITTLE_ROOM } from "../ready.js";
import { _, sentences } from "../words.js";
import { size } from "./labels.js";

export function explain(error) {
  console.error(error);
  if (error?.name === "QuotaExceededError") {
    // What some browsers say of their room is no promise: a large number beside "full" would only puzzle.
    const left = typeof error.left === "number" && error.left < LITTLE_ROOM ? _("（还剩 {free}）", { free: size(error.left) }) : "";
    return _("没有存上：手机空间不足{left}。已填的内容都在。请先上传或清理手机空间，再做一次。", { left });
  }
  if (error?.code === "look_only") return _("没有存上：这个浏览器只能看，不能检查。请按页面上方“为什么”里说的，换到手机自带的浏览器。");
  if (error?.code === "left") return _("没有存上：您已不在这次检查的检查组，或者检查已取消。已存的内容都在。");
  if (error?.code === "closed") return _("没有存上：这次检查已封存，机关已逐一核对，现在只有机关能读。请回到列表重新打开，联网取回以后再做。");
  if (error?.code === "picture") return _("这个文件不是能打开的照片。已填的内容都在。请重新拍一张。");
  if (error?.name === "NotCanonical" || error?.message?.includes("surrogate")) {
    return _("没有存上：文字中有无法保存的字符。请删去刚输入的特殊符号，再做一次。");
  }
  if (["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"].includes(error?.name)) {
    return _("没有存上：手机的存储暂时打不开。已填的内容都在。请再做一次；不行就关掉应用重新打开。");
  }
  if (error?.hint || error?.status) return sentences(error.message, error.hint) || _("机关没有回答。请稍后再试；已填的内容都在。");
  return _("没有存上：应用出了意外。已存的内容都在。请再做一次；不行就关掉应用重新打开。");
}

// The lightest one: the tap was felt. What it led to says more by itself.
const PRESSED = "button:not([aria-disabled=true]), a[href], summary, label.tool, input[type=checkbox], input[type=radio]";

export function feelTaps() {
  addEventListener("click", ({ target }) => target.closest?.(PRESSED) && navigator.vibrate?.(5), { capture: true, passive: true });
}

// A short tremble says: it is saved.
export function tick() {
  navigator.vibrate?.(10);
}

// A longer one says: it is not.
export function shudder() {
  navigator.vibrate?.([40, 60, 40]);
}
