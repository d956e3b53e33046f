// Slack's timestamps and date tokens in the reader's own zone, and what time it is in the sandbox.

let ahead = 0;

/** Goes by the sandbox's clock from now on; `seconds` is what it shows. */
export function setClock(seconds) {
  ahead = seconds * 1000 - Date.now();
}

export const now = () => new Date(Date.now() + ahead);

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const short = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const numeric = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
const plain = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric", year: "numeric" });
const shortYear = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", year: "numeric" });
const long = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric", year: "numeric" });

export const dateOf = (ts) => new Date(Number.parseFloat(ts) * 1000);
export const clockTime = (date) => clock.format(date);
export const fullTime = (date) => full.format(date);
export const dayKey = (date) => numeric.format(date);

/** "Today", "Yesterday" or a date. */
export function dayName(date, today = now(), otherwise = weekday) {
  const yesterday = new Date(today);
  yesterday.setDate(today.getDate() - 1);
  const tomorrow = new Date(today);
  tomorrow.setDate(today.getDate() + 1);
  if (dayKey(date) === dayKey(today)) return "Today";
  if (dayKey(date) === dayKey(yesterday)) return "Yesterday";
  if (dayKey(date) === dayKey(tomorrow)) return "Tomorrow";
  return otherwise.format(date);
}

/** A time in a list: the hour today, the day before. */
export const listTime = (date) => (dayKey(date) === dayKey(now()) ? clock.format(date) : short.format(date));

const lower = (date, format) => {
  const name = dayName(date, now(), format);
  return /^(Today|Yesterday|Tomorrow)$/.test(name) ? name.toLowerCase() : name;
};

const TOKENS = {
  date_num: (date) => numeric.format(date),
  date: (date) => plain.format(date),
  date_short: (date) => shortYear.format(date),
  date_long: (date) => long.format(date),
  date_pretty: (date) => lower(date, plain),
  date_short_pretty: (date) => lower(date, shortYear),
  date_long_pretty: (date) => lower(date, long),
  time: (date) => clock.format(date),
  time_secs: (date) => seconds.format(date),
  day_divider_pretty: (date) => dayName(date),
  ago: (date) => ago(date),
};

/** Slack's `<!date^…>` format string, e.g. "{date_short_pretty} at {time}". */
export function formatDate(unix, format) {
  const date = new Date(unix * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(date) ?? token);
}

function ago(date) {
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const minutes = Math.round((date - now()) / 60000);
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 60 * 36) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}
