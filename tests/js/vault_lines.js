// Reads a bureau's box key (JWK) a line, wraps a new secret to it as a phone does, writes both; Python opens it.
import { createInterface } from "node:readline";
import { infoOfInspection, infoOfPhone, newSecret, toBureau } from "../../static/field/vault.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { key, device, inspection } = JSON.parse(line);
  const secret = newSecret();
  const { bureau, sealed } = await toBureau(secret, key, device ? infoOfPhone(device) : infoOfInspection(inspection));
  const text = (bytes) => Buffer.from(bytes).toString("base64");
  process.stdout.write(`${JSON.stringify({ bureau, sealed: text(sealed), secret: text(secret) })}\n`);
}
