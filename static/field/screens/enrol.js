// The PIN of the person who just came in: six digits, twice.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { mayUsePin, people, setPin } from "../session.js";
import { _ } from "../words.js";
import { lastLogin } from "./login.js";
import { PIN_LENGTH, pinInput } from "../widgets/pin.js";
import { explain } from "../widgets/trouble.js";

const EASY = /^(\d)\1{5}$/;

export async function open({ go, redraw, holder, params, start }) {
  const person = (await people()).find((one) => one.id === params.person) ?? holder;
  const onward = `#/${params.back ?? ""}`;
  if (person.pin && !(params.reset && lastLogin === person.id)) return go(onward);
  // The page was opened anew between the password and the PIN.
  if (!(await mayUsePin())) return go(`#/login?reset=1&back=${params.back ?? ""}`);
  const state = { pin: "", again: "", fault: null, where: null, busy: false };
  const submit = async (event) => {
    event.preventDefault();
    [state.where, state.fault] = faultOf(state) ?? [null, null];
    if (state.fault || state.busy) {
      redraw();
      // Where it is wrong stands above the keyboard.
      requestAnimationFrame(() => document.getElementById(state.where)?.closest(".field").scrollIntoView({ block: "nearest" }));
      return;
    }
    state.busy = true;
    redraw();
    try {
      await setPin(person.id, state.pin);
      // What was locked just now is compared with the bureau anew.
      start();
      go(onward);
    } catch (error) {
      Object.assign(state, { busy: false, where: "again", fault: explain(error) });
      redraw();
    }
  };
  return { view: () => view(state, submit, redraw, person) };
}

function faultOf({ pin, again }) {
  if (pin.length !== PIN_LENGTH) return ["pin", _("请输入 6 位数字。")];
  if (EASY.test(pin) || "0123456789876543210".includes(pin)) return ["pin", _("这个 PIN 太容易猜。请换一个，不要用连续或相同的数字。")];
  if (pin !== again) return ["again", _("两次输入的不一样，请再输入一次。")];
  return null;
}

function view(state, submit, redraw, person) {
  const type = (name) => (event) => {
    state[name] = event.target.value.replace(/\D/g, "").slice(0, PIN_LENGTH);
    event.target.value = state[name];
    if (!state.fault) return;
    state.fault = null;
    redraw();
  };
  const fault = (name) => (state.where === name && state.fault ? html`<p class="fault" role="alert">${state.fault}</p>` : nothing);
  return html`
    <main class="page door" data-test="enrol">
      <h1>${_("{name}，请设置 PIN", { name: person.name })}</h1>
      <p>${_("PIN 打开手机上加密保存的内容，签字时确认是您本人，手机交给检查对象看过以后由您收回。没有网络也能用。")}</p>
      <form @submit=${submit} novalidate>
        <div class="field"><label for="pin">${_("6 位数字")}</label>
          ${pinInput({ id: "pin", value: state.pin, test: "pin", onInput: type("pin"), invalid: state.where === "pin" && Boolean(state.fault) })}${fault("pin")}</div>
        <div class="field"><label for="again">${_("再输入一次")}</label>
          ${pinInput({ id: "again", value: state.again, test: "pin-again", onInput: type("again"), invalid: state.where === "again" && Boolean(state.fault) })}${fault("again")}</div>
        <button class="button main wide" aria-busy=${state.busy} data-test="pin-submit">${_("设好 PIN")}</button>
      </form>
      <p class="hint">${_("PIN 只留在这台手机上，机关看不到。忘了的话，联网用密码登录后重设，内容不会丢。")}</p>
    </main>`;
}
