// The real server, in a process that can be killed at a named point and is back in a moment; see server.py.
import { spawn } from "node:child_process";
import http from "node:http";
import { createInterface } from "node:readline";

const KILL_POINTS = ["before the commit", "after the commit"];
const AT_BYTES = ["before the bytes", "between blob and row"];
const AT_SEAL = ["in the seal", "after the seal's file"];

// Where the process can die over such a message.
export function killPoints(path) {
  return [...KILL_POINTS, ...(path.startsWith("/api/v1/blobs/") ? AT_BYTES : []), ...(path.startsWith("/office/") ? AT_SEAL : [])];
}

export class Bureau {
  constructor(python, arguments_) {
    this.process = spawn(python, ["-m", "tests.faults.server", ...arguments_], { stdio: ["pipe", "pipe", "inherit"] });
    this.agent = new http.Agent({ keepAlive: true });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async ask(what, more = {}) {
    this.process.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the server's keeper is gone");
    const answer = JSON.parse(value);
    if (answer.socket) this.socket = answer.socket;
    return answer;
  }

  // {status, headers, body}; null where the process died over it (and another is there by then).
  async answer({ method, path, headers, body }, { now, seed, kill = null }) {
    const more = { "x-fault-now": String(now / 1000), "x-fault-seed": String(seed), ...(kill && { "x-fault-kill": kill }) };
    const length = body ? { "content-length": String(body.length) } : {};
    const given = { agent: this.agent, socketPath: this.socket, method, path, headers: { host: "yidang.example", ...headers, ...length, ...more } };
    try {
      return await once(given, body);
    } catch {
      await this.ask("again");
      return null;
    }
  }

  end() {
    this.agent.destroy();
    this.process.stdin.end();
    return new Promise((resolve) => this.process.on("exit", resolve));
  }
}

function once(given, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(given, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => (response.complete ? resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }) : reject(new Error("cut"))));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
