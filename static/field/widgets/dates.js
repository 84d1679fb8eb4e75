// Days and times as people read them.
import { _ } from "../words.js";

export function today(now = new Date()) {
  return [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
}

export function weekday(day) {
  const names = [_("周日"), _("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六")];
  return names[new Date(`${day}T12:00:00`).getDay()];
}

// 2026-11-28 (周六)
export function fullDay(day) {
  return `${day} (${weekday(day)})`;
}

// 11-28 周六, and the year where it is not this one
export function shortDay(day) {
  return `${day.slice(0, 4) === today().slice(0, 4) ? day.slice(5) : day} ${weekday(day)}`;
}

// Of an event's time, which is RFC 3339 with the offset of the phone that wrote it.
export function hour(time) {
  return time.slice(11, 16);
}

export function moment(time) {
  return `${time.slice(0, 10)} ${hour(time)}`;
}

// 14:05, with the day where it is not today.
export function since(time) {
  return time.slice(0, 10) === today() ? hour(time) : `${time.slice(5, 10)} ${hour(time)}`;
}

export function stamp(milliseconds) {
  const date = new Date(milliseconds);
  return `${today(date)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

// 2026-11-21 14:05:09
export function exact(milliseconds) {
  return `${stamp(milliseconds)}:${two(new Date(milliseconds).getSeconds())}`;
}

// The last day (Sunday) of the week of a day.
export function weekEnd(day) {
  const date = new Date(`${day}T12:00:00`);
  date.setDate(date.getDate() + ((7 - date.getDay()) % 7));
  return today(date);
}

function two(number) {
  return String(number).padStart(2, "0");
}
