// A reporter of node's test runner: flat TAP, as test.sh and automake count it; what failed says why, and nothing else is said.
export default async function* tap(source) {
  let count = 0;
  for await (const { type, data } of source) {
    if (data.nesting > 0 || (type !== "test:pass" && type !== "test:fail")) continue;
    const skip = data.skip !== undefined ? ` # SKIP ${data.skip}` : "";
    yield `${type === "test:pass" ? "ok" : "not ok"} ${++count} - ${data.name.replace(/[#\n]/g, " ")}${skip}\n`;
    const { error } = data.details ?? {};
    if (type === "test:fail") for (const line of reason(error?.cause ?? error)) yield `# ${line}\n`;
  }
  yield `1..${count}\n`;
}

function reason(error) {
  const text = typeof error === "object" && error ? (error.stack ?? error.message ?? JSON.stringify(error)) : String(error);
  return text.split("\n").slice(0, 30).map((line) => line.slice(0, 1000));
}
