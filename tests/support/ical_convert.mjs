// Reads vCards with ical.js, one a request on standard input (its length in a line before it), and writes them again.
// The folder that holds node_modules is the first argument.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2] + "/");
const ICAL = require("ical.js").default ?? require("ical.js");
const input = readFileSync(0);
let position = 0;
while (position < input.length) {
  const end = input.indexOf(10, position);
  const length = Number(input.subarray(position, end).toString());
  const text = input.subarray(end + 1, end + 1 + length).toString();
  position = end + 1 + length;
  let written = "";
  try {
    written = ICAL.stringify(ICAL.parse(text)) + "\r\n";
  } catch {
    written = "";
  }
  process.stdout.write(`${Buffer.byteLength(written)}\n${written}`);
}
