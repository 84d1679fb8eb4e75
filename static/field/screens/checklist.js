// 检查表: all forms of the visit on one page; one tap is one answer, on the disk before it shows as saved.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { draftOf } from "../db.js";
import { _ } from "../words.js";
import { openChecklist } from "../widgets/checklist.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { guidelineButton } from "../widgets/guideline.js";
import { icon } from "../widgets/icons.js";
import * as pictures from "../widgets/photos.js";
import { openSeen } from "../widgets/remarks.js";

export async function open({ visit, redraw, params, resume }) {
  const { id } = visit.row;
  const seen = await openSeen(draftOf(`seen-comments:${id}`));
  const list = await openChecklist(visit, {
    redraw, resume, seen, pictures, drafts: draftOf(`typed:${id}`), folds: draftOf(`folded:${id}`),
    aside: (form) => guidelineButton(visit.row.items.find((item) => item.code === form.item)),
  });
  return {
    view: () => frame({
      name: "checklist", title: visit.row.subject.name, back: `#/i/${id}`, chip: stateOfVisit(visit),
      below: list.strip(), body: list.body(), over: list.undo(), foot: foot(visit, list),
    }),
    shown: () => params.q && list.jump(params.q),
    close: () => {
      list.close();
      seen.close();
    },
  };
}

function foot({ row, record: { seal, conflicts } }, list) {
  if (seal) return nothing;
  if (list.missing().length) {
    return html`<button type="button" class="button main wide" @click=${list.next} data-test="next-open">${_("下一未答")}${icon.down}</button>`;
  }
  return html`<a class="button main wide" href=${`#/i/${row.id}/${conflicts.length ? "check?q=" + conflicts[0] : "result"}`} data-test="next-step">${conflicts.length ? _("处理不一致的答案") : _("填写检查结果")}${icon.next}</a>`;
}
