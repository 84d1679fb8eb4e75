// A visit that nobody makes: what is answered stays in memory and is folded as the phone folds it. Nothing is kept, nothing sent.
import { fold } from "../field/fold.js";
import { pageOf } from "../field/form.js";
import * as log from "../field/log.js";

const PEOPLE = [{ id: "one", name: "" }];
const CLOCK = "+08:00";

export class Trial {
  // `body`: a form as it is published, or as it would be.
  constructor(body) {
    Object.assign(this, { me: PEOPLE[0], remarks: [], watchers: new Set(), round: 0 });
    this.row = { id: "trial", number: "", pair: PEOPLE, earlier: [], items: [], subject: { name: "" } };
    this.show(body);
    this.startOver();
  }

  // Another form with the answers that were given; those of questions that it has not do not count.
  show(body) {
    this.forms = [body];
    if (this.events) this.refold();
  }

  startOver() {
    this.events = [];
    this.round += 1;
    this.now = moment();
    this.refold();
  }

  // Called after every change, with the event that made it; `round` is another number where everything began anew.
  subscribe(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  get page() {
    return pageOf(this);
  }

  async write(act) {
    const pen = {
      id: log.uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))), inspection: this.row.id,
      seq: log.nextSeq(this.events), device: "desk", author: this.me.id, time: moment(), clock: "verified",
    };
    const event = log.event(pen, act);
    this.events = [...this.events, event];
    this.refold(event);
    return event;
  }

  // A sample stands for the photo: no camera is opened, no bytes are read.
  addPhoto(_file, question = null) {
    const sha256 = String(this.events.length).padStart(64, "0");
    return this.write(log.photo(question, { sha256, size: 0, mime: "image/jpeg", width: 4, height: 3 }, null));
  }

  nameOf() {
    return "";
  }

  refold(event = null) {
    this.record = fold(this.events);
    for (const watcher of this.watchers) watcher(event);
  }
}

// The time that a phone in China would say.
function moment() {
  return new Date(Date.now() + 8 * 3600000).toISOString().replace("Z", CLOCK);
}
