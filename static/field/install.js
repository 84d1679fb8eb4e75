// Which browser the phone app is open in, by what it says of itself: each puts an app on the home screen in its own words. Pure.

// Apps that show pages inside themselves: nothing can be installed there, and what is stored may go with the app's cache.
const INNER = [
  ["wework", /wxwork\//i],
  ["wechat", /MicroMessenger\//i],
  ["dingtalk", /DingTalk\//i],
  ["feishu", /\b(Lark|Feishu)\//i],
  ["qq", /\bQQ\/[0-9]/i],
  ["alipay", /AlipayClient\//i],
  ["inner", /baiduboxapp\/|aweme|\bWeibo\b|NewsArticle\/|XiaoHongShu|\bFBA[NV]\b|Instagram|\bLine\//i],
];
// More telling names first: nearly every browser also calls itself Chrome and Safari.
const OUTER = [
  ["huawei", /HuaweiBrowser\//i],
  ["xiaomi", /MiuiBrowser\//i],
  ["vivo", /VivoBrowser\//i],
  ["oppo", /HeyTapBrowser\/|OppoBrowser\//i],
  ["samsung", /SamsungBrowser\//],
  ["other", /MQQBrowser|UCBrowser|UCWEB|Quark\//],
  ["edge", /EdgA\//],
  ["firefox", /Firefox\//],
  ["chrome", /Chrome\//],
];

// One of wechat, wework, dingtalk, feishu, qq, alipay, inner; safari, ios (another browser on iOS); huawei, xiaomi, vivo, oppo,
// samsung, edge, chrome, firefox, other; desktop. `touches`: an iPad calls itself a Mac that can be touched.
export function browserOf(agent, touches = 0) {
  const first = (list) => list.find(([, says]) => says.test(agent))?.[0];
  const inner = first(INNER);
  if (inner) return inner;
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return /CriOS|EdgiOS|FxiOS|OPiOS/.test(agent) ? "ios" : "safari";
  if (!/Android|OpenHarmony|HarmonyOS|Mobile/.test(agent)) return "desktop";
  return first(OUTER) ?? "other";
}

// Whether the page stands inside another app, and has to be opened outside it.
export function isInner(browser) {
  return INNER.some(([name]) => name === browser);
}
