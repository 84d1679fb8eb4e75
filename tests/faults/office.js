// Who edits at the office, over the same network: comments, sends back, accepts, closes.
export class Office {
  constructor(world, network) {
    Object.assign(this, { world, network, name: "office", cookies: {}, token: "", offline: false });
  }

  static like(kept, world, network) {
    return Object.assign(new Office(world, network), { cookies: { ...kept.cookies }, token: kept.token });
  }

  cookieHeader() {
    return { cookie: Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  keepCookies(headers) {
    for (const line of headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies[name] = value;
    }
  }

  async login(username, password) {
    const page = await this.network.send(this, "GET", "/login");
    const { status } = await this.post("/login", { username, password }, tokenOf(page));
    const inside = await this.network.send(this, "GET", "/office/");
    if (status !== 302 || inside.status !== 200) throw new Error(`the office does not get in: ${status}, ${inside.status}`);
    this.token = tokenOf(inside);
  }

  post(path, fields, token = this.token) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.network.send(this, "POST", path, { headers, body: new URLSearchParams({ ...fields, csrf_token: token }).toString() });
  }

  // One act on an inspection, on what the office sees of it.
  async act(id) {
    const answer = await this.network.send(this, "GET", `/api/v1/inspections/${id}`);
    const seen = answer?.status === 200 && answer.headers["content-type"].startsWith("application/json") ? JSON.parse(answer.body ?? "null") : null;
    if (!seen) return;
    const seal = seen.record.seal?.event ?? "";
    const kind = this.world.choose(CHOICES[seen.state] ?? {});
    if (!kind) return;
    this.world.say(`office ${kind} ${id}`);
    const path = `/office/inspections/${id}/${kind === "comment" ? "comments" : kind}`;
    const given = await this.post(path, { seal, reason: "请补充", text: "请看这里", question: "" });
    if (given && given.status >= 500 && given.status !== 503) throw new Error(`the office got ${given.status} for ${kind}`);
  }
}

const CHOICES = {
  open: { comment: 1 },
  sealed: { accept: 5, return: 3, comment: 2 },
  returned: { comment: 1 },
  accepted: { archive: 7, return: 1 },
  archived: { archive: 1 },
};

function tokenOf(page) {
  return /name="csrf(?:_|-)token" (?:value|content)="([^"]+)"/.exec(page.body.toString())?.[1] ?? "";
}
