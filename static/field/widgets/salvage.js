// 救援文件: everything unsent as one encrypted file, with a tap, locked or not.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { rescueFiles } from "../salvage.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { size } from "./labels.js";
import { explain } from "./trouble.js";

// Some browsers share only files of kinds that they know: the same bytes under a name that they let through.
const KINDS = [["yidang-rescue", "application/octet-stream"], ["yidang-rescue.txt", "text/plain"]];

// {view(), busy}: a button, how far it is, and what to do with the file.
export function openSalvage(redraw) {
  const state = { busy: false, done: 0, of: 0, files: [], fault: null, said: null };
  const show = (change) => { Object.assign(state, change); redraw(); };
  const make = async () => {
    if (state.busy) return;
    show({ busy: true, done: 0, of: 0, files: [], fault: null, said: null });
    try {
      const made = await rescueFiles((done, of) => Object.assign(state, { done, of }));
      show({ busy: false, files: made.map(named) });
      if (state.files.length) await give(state, show);
    } catch (error) {
      show({ busy: false, fault: explain(error) });
    }
  };
  return { view: () => view(state, make, () => save(state, show)) };
}

// Where nobody comes in, by PIN or password: the way that needs neither.
export function underLock(salvage) {
  return html`<div class="lock-salvage"><p class="hint">${_("打不开锁也能把没有上传的内容存成加密文件，交到办公室，只有机关能打开。")}</p>${salvage.view()}</div>`;
}

function named({ blob, ...counts }, place) {
  const [ending, type] = KINDS.find(([end, kind]) => canShare(new File(["x"], `x.${end}`, { type: kind }))) ?? KINDS[0];
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16).replace(/\D/g, "");
  const name = [_("未上传"), now, ...(place ? [place + 1] : [])].join("-");
  return { ...counts, file: new File([blob], `${name}.${ending}`, { type }) };
}

function canShare(file) {
  return Boolean(navigator.canShare?.({ files: [file] }));
}

// The tap may be too old for the system's menu once a large file is made: then a second tap saves it.
async function give(state, show) {
  const files = state.files.map((one) => one.file);
  if (!navigator.canShare?.({ files })) return save(state, show);
  try {
    await navigator.share({ files, title: files[0].name });
    show({ said: _("已交给系统的分享菜单。") });
  } catch (error) {
    if (error.name !== "AbortError") save(state, show);
  }
}

function save(state, show) {
  for (const { file } of state.files) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  show({ said: _("已存到手机的“下载”里。") });
}

function view({ busy, done, of, files, fault, said }, make, again) {
  const sum = (name) => files.reduce((total, one) => total + one[name], 0);
  return html`
    ${fault ? html`<p class="notice found" role="alert" data-test="rescue-fault">${fault}</p>` : nothing}
    ${said && files.length ? html`<div class="notice passed" role="status" data-test="rescue-said"><p><b>${said}</b><br>${_("{n} 条记录、{photos} 张照片，{bytes}。请交到办公室，在“救援文件”里收下。手机上的内容都还在。", { n: sum("events"), photos: sum("photos"), bytes: size(files.reduce((total, one) => total + one.file.size, 0)) })}</p>
      ${sum("left") ? html`<p>${_("有 {n} 件锁着，装不进去；输入 PIN 以后再存一次。", { n: sum("left") })}</p>` : nothing}</div>` : nothing}
    <button type="button" class="button wide" aria-busy=${busy} @click=${make} data-test="rescue-make">${icon.download}${busy ? progress(done, of) : _("存成救援文件")}</button>
    ${files.length && !busy && !said ? html`<button type="button" class="button wide" @click=${again} data-test="rescue-save">${_("存到手机")}</button>` : nothing}`;
}

function progress(done, of) {
  return of ? _("正在装 {done}/{of}…", { done, of }) : _("正在准备…");
}
