// A sealed inspection of which the bureau holds all: the phone has dropped its key, and asks for it where there is something to do.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { reopenKeys } from "../sync.js";
import { _ } from "../words.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { stateName } from "../widgets/labels.js";
import { explain } from "../widgets/trouble.js";

export async function open({ redraw, refresh, row }) {
  const state = { busy: false, fault: null };
  const ask = async () => {
    if (state.busy) return;
    Object.assign(state, { busy: true, fault: null });
    redraw();
    try {
      if (await reopenKeys(row.id)) return refresh();
      state.fault = _("机关没有给出这次检查的钥匙：您可能已不在检查组。需要时请联系办公室。");
    } catch (error) {
      state.fault = error.offline ? _("现在没有网络。有网络时再取；内容都在机关，一条不少。") : explain(error);
    }
    state.busy = false;
    redraw();
  };
  return { view: () => view(row, state, ask) };
}

function view(row, { busy, fault }, ask) {
  const [mark, word] = stateName(row.state);
  return frame({
    name: "closed",
    title: row.subject.name,
    back: "#/",
    body: html`
      <section class="part">
        <p><span class="mark ${mark}" data-test="state">${word}</span></p>
        <h2>${_("只有机关能读")}</h2>
        <p>${_("这次检查已经封存，记录、照片和签字机关已逐一核对。手机上留下的内容是加密的，钥匙已从手机上去掉：手机丢了，别人也读不出来。")}</p>
        <p class="soft">${_("要补充、重新打开，或者给检查对象看二维码，可以联网向机关取回钥匙；机关会记下谁在什么时候取过。机关退回时会自动取回。")}</p>
        ${fault ? html`<p class="notice found" role="alert" data-test="closed-fault">${fault}</p>` : nothing}
      </section>`,
    foot: html`<button type="button" class="button main wide" aria-busy=${busy} @click=${ask} data-test="closed-ask">${icon.lock}${busy ? _("正在取回…") : _("向机关取回")}</button>`,
  });
}
