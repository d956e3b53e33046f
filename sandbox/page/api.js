// Every call to the server. Answers are values: a call that failed comes back as
// {ok: false, message: words for the person}, so no caller needs a try.

const GONE = "The sandbox does not answer. It will be tried again.";

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    return { ok: false, error: "unreachable", message: GONE };
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, ...body };
  const message = body.message ?? body.detail ?? body.error ?? `The sandbox answered ${response.status}.`;
  return { error: String(response.status), ...body, ok: false, message };
}

/** GET with a query; `undefined` parameters are left out. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given).toString();
  return call(search ? `${path}?${search}` : path);
}

/** POST of a JSON body. */
export function post(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** The text of a file; empty where it cannot be read. */
export async function text(path) {
  try {
    const response = await fetch(path, { cache: "no-store" });
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}
