// Which browser it is, by the words that real phones send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browserOf, isInner } from "../../static/field/install.js";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID = "(KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36";
const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const AGENTS = {
  safari: [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`,
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1"],
  ios: [`${IPHONE} CriOS/138.0.7204.119 Mobile/15E148 Safari/604.1`, `${IPHONE} Version/18.0 EdgiOS/137.0.3296.92 Mobile/15E148 Safari/604.1`],
  chrome: [`Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 ${ANDROID}`],
  edge: [`Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 ${ANDROID} EdgA/138.0.0.0`],
  huawei: [`Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00; HMSCore 6.14.0.302) ${WEBKIT} Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36`,
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300`],
  xiaomi: [`Mozilla/5.0 (Linux; U; Android 14; zh-cn; 23127PN0CC Build/UKQ1.230804.001) ${WEBKIT} Version/4.0 Chrome/119.0.6045.193 Mobile Safari/537.36 XiaoMi/MiuiBrowser/19.4.401025`],
  vivo: [`Mozilla/5.0 (Linux; Android 14; V2309A; wv) ${WEBKIT} Version/4.0 Chrome/123.0.6312.118 Mobile Safari/537.36 VivoBrowser/25.3.10.0`],
  oppo: [`Mozilla/5.0 (Linux; U; Android 14; zh-cn; PHZ110 Build/UKQ1.230924.001) ${WEBKIT} Version/4.0 Chrome/115.0.5790.168 Mobile Safari/537.36 HeyTapBrowser/40.8.44.1`],
  samsung: [`Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`],
  firefox: ["Mozilla/5.0 (Android 15; Mobile; rv:141.0) Gecko/141.0 Firefox/141.0"],
  other: [`Mozilla/5.0 (Linux; U; Android 13; zh-CN; M2012K11AC) ${WEBKIT} Version/4.0 Chrome/100.0.4896.58 UCBrowser/17.2.2.1389 Mobile Safari/537.36`],
  wechat: [`Mozilla/5.0 (Linux; Android 14; 22081212C Build/UKQ1.230917.001; wv) ${WEBKIT} Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300289 MMWEBSDK/20250503 MMWEBID/1903 MicroMessenger/8.0.60.2860(0x28003C3D) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`,
    `${IPHONE} Mobile/15E148 MicroMessenger/8.0.58(0x18003a2f) NetType/WIFI Language/zh_CN`],
  wework: [`${IPHONE} Mobile/15E148 wxwork/4.1.36 MicroMessenger/7.0.1 Language/zh ColorScheme/Light`],
  dingtalk: [`${IPHONE} Mobile/22F76 AliApp(DingTalk/7.6.50) com.laiwang.DingTalk/43158264 Channel/201200 language/zh-Hans-CN`],
  feishu: [`Mozilla/5.0 (Linux; Android 13; SM-S9080; wv) ${WEBKIT} Version/4.0 Chrome/112.0.5615.101 Mobile Safari/537.36 Lark/7.44.6 LarkLocale/zh_CN ChannelName/Feishu`],
  qq: [`${IPHONE} Mobile/15E148 QQ/9.1.70.614 V1_IPH_SQ_9.1.70_1_APP_A Pixel/1179`],
  alipay: [`${IPHONE} Mobile/22F76 NebulaSDK/1.8.100112 Nebula AliApp(AP/10.7.50.6000) AlipayClient/10.7.50.6000 Language/zh-Hans`],
  inner: [`${IPHONE} Mobile/15E148 SP-engine/3.40.0 main/1.0 baiduboxapp/13.80.0.10 (Baidu; P2 18.5)`],
  desktop: [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/138.0.0.0 Safari/537.36`,
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"],
};

for (const [name, agents] of Object.entries(AGENTS)) {
  test(`${name} is known by what it says`, () => {
    for (const agent of agents) assert.equal(browserOf(agent), name, agent);
  });
}

test("an iPad that calls itself a Mac is known by its touches", () => {
  assert.equal(browserOf(AGENTS.desktop[1], 5), "safari");
});

test("the apps that show pages inside themselves are told apart from browsers", () => {
  const inner = Object.keys(AGENTS).filter(isInner);
  assert.deepEqual(inner.sort(), ["alipay", "dingtalk", "feishu", "inner", "qq", "wechat", "wework"]);
});
