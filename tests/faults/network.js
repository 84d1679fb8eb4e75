// Between phones and bureau: what networks do to messages, by the seed. Of each message it is known what became of it.
import { killPoints } from "./bureau.js";
import { Broken } from "./watch.js";

// Of a hundred messages.
const FATES = {
  "request lost": 10, "answer lost": 10, twice: 5, late: 10, "cut short": 3, "no answer": 5, refused: 5, gate: 2, stale: 2, "too large": 2, killed: 2,
};
const SYNC = "/api/v1/sync";
const LOST = new TypeError("the network failed");

export class Network {
  // `watch`: what is told of every answer that the bureau gave, (message, answer), whether it arrives or not.
  constructor(world, bureau, watch) {
    Object.assign(this, { world, bureau, watch, healed: false, flying: 0, sent: 0, seen: new Map() });
  }

  fetch(tab, path, { method = "GET", headers = {}, body = null, signal = null } = {}) {
    const { phone } = tab;
    if (this.world.now < tab.quietUntil && !tab.takeWish()) phone.broken ??= new Broken(`left alone: ${phone.name} asks for ${path}, though it was told to wait`);
    if (path === SYNC && tab.tooMany && eventsIn(body) >= tab.tooMany) phone.broken ??= new Broken(`halved: ${phone.name} sends ${tab.tooMany} events again, which were too many`);
    if (path === SYNC) tab.tooMany = null;
    const bytes = body === null || body === undefined ? null : Buffer.from(typeof body === "string" ? body : new Uint8Array(body));
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (act) => (value) => {
        if (over || !tab.alive) return;
        over = true;
        act(value);
      };
      signal?.addEventListener("abort", end(() => reject(new DOMException("it took too long", "TimeoutError"))));
      const told = (answer) => {
        if (answer) phone.keepCookies(answer.headers);
        if (answer?.status === 413 && path === SYNC && eventsIn(body) > 1) tab.tooMany = eventsIn(body);
        if (answer && [429, 503].includes(answer.status)) tab.quietUntil = this.world.now + Number(answer.headers["retry-after"] ?? 0) * 1000;
        if (answer && tab.alive && tab.doomed === "before the mark" && method === "POST") tab.crash("dies with the answer in hand");
        end(resolve)(answer && responseOf(answer));
      };
      this.carry({ phone, method, path, headers: { ...lower(headers), ...phone.cookieHeader() }, body: bytes }, told, end(() => reject(LOST)));
    });
  }

  // The office's own browser goes the same way; null where nothing came back.
  send(phone, method, path, { headers = {}, body = null } = {}) {
    return new Promise((resolve) => {
      const told = (answer) => {
        phone.keepCookies(answer.headers);
        resolve(answer);
      };
      const message = { phone, method, path, headers: { ...headers, ...phone.cookieHeader() }, body: body === null ? null : Buffer.from(body) };
      this.carry(message, told, () => resolve(null));
    });
  }

  carry(message, told, failed) {
    const { world } = this;
    message.number = this.sent += 1;
    if (message.phone.offline && !this.healed) return world.after(world.between(1, 30), failed);
    const fate = this.healed ? null : world.choose(FATES, 100);
    const name = `${message.phone.name} ${message.method} ${message.path}`;
    world.say(`#${message.number} ${name}${fate ? `: ${fate}` : ""}`);
    const way = this.ways[fate] ?? this.ways.plain;
    return way.call(this, message, told, failed);
  }

  // ---- what can become of a message

  ways = {
    plain: (message, told, failed) => this.there(message, this.trip(), (answer) => this.back(answer, told, failed)),
    "request lost": (_message, _told, failed) => this.world.after(this.trip(), failed),
    "answer lost": (message, _told, failed) => this.there(message, this.trip(), () => this.world.after(this.trip(), failed)),
    twice: (message, told, failed) => {
      const second = this.world.chance(0.5);
      this.there(message, this.trip(), (answer) => second || this.back(answer, told, failed));
      this.there(message, this.trip() * this.world.between(1, 60), (answer) => second && this.back(answer, told, failed));
    },
    late: (message, told, failed) => this.there(message, this.world.between(1, 120) * 1000, (answer) => this.back(answer, told, failed)),
    "cut short": (message, told, failed) => (message.body && this.world.chance(0.5) ? this.cutRequest(message, told, failed) : this.cutAnswer(message, told, failed)),
    "no answer": (message) => this.world.chance(0.5) && this.there(message, this.trip(), () => {}),
    refused: (_message, told) => this.world.after(this.trip(), () => told(this.refusal())),
    gate: (_message, told) => this.world.after(this.trip(), () => told(GATE)),
    stale: (message, told, failed) => {
      const known = message.method === "GET" && this.seen.get(`${message.phone.name} ${message.path}`);
      return known ? this.world.after(this.trip(), () => told(known)) : this.ways.plain(message, told, failed);
    },
    "too large": (message, told, failed) => {
      const large = message.body && message.method === "POST" && message.body.length > 2000;
      return large ? this.world.after(this.trip(), () => told(TOO_LARGE)) : this.ways.plain(message, told, failed);
    },
    killed: (message, told, failed) => {
      const point = this.world.pick(killPoints(message.path));
      this.there(message, this.trip(), (answer) => (answer ? this.back(answer, told, failed) : this.world.after(this.trip(), failed)), point);
    },
  };

  trip() {
    return 20 + this.world.random() ** 4 * 4000;
  }

  there(message, delay, then, kill = null) {
    this.flying += 1;
    this.world.after(delay, async () => {
      const answer = await this.bureau.answer(message, { now: this.world.now, seed: this.world.between(0, 2 ** 31), kill });
      this.flying -= 1;
      if (!answer) this.world.say(`#${message.number} the bureau's process was killed ${kill}`);
      else this.note(message, answer);
      then(answer);
    });
  }

  note(message, answer) {
    this.world.say(`#${message.number} ${answer.status}`);
    if (message.method === "GET" && answer.status === 200) this.seen.set(`${message.phone.name} ${message.path}`, answer);
    this.watch(message, answer);
  }

  back(answer, told, failed) {
    this.world.after(this.trip(), () => (answer ? told(answer) : failed()));
  }

  // A middlebox that ends a body early, and says that this is all of it.
  cutRequest(message, told, failed) {
    const body = message.body.subarray(0, this.world.between(0, message.body.length - 1));
    this.there({ ...message, body }, this.trip(), (answer) => this.back(answer, told, failed));
  }

  cutAnswer(message, told, failed) {
    this.there(message, this.trip(), (answer) => this.back(answer && { ...answer, body: null }, told, failed));
  }

  refusal() {
    const headers = { "content-type": "application/json", ...(this.world.chance(0.7) && { "retry-after": String(this.world.between(1, 90)) }) };
    const body = Buffer.from(JSON.stringify({ error: { code: "busy", message: "", hint: "", details: {} } }));
    return { status: this.world.pick([429, 503]), headers, body };
  }
}

const GATE = { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: Buffer.from("<!doctype html><title>Wi-Fi</title><form>") };
const TOO_LARGE = { status: 413, headers: { "content-type": "text/html" }, body: Buffer.from("<h1>413</h1>") };

function eventsIn(body) {
  return JSON.parse(body).events.length;
}

// As much of a Response as the phone uses; `body` null: it was cut on the way.
function responseOf({ status, headers, body }) {
  const whole = async () => {
    if (body === null) throw LOST;
    return body;
  };
  return {
    status, ok: status >= 200 && status < 300, headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    text: async () => (await whole()).toString("utf8"),
    json: async () => JSON.parse((await whole()).toString("utf8")),
    arrayBuffer: async () => new Uint8Array(await whole()).buffer,
  };
}

function lower(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
