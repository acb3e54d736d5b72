/**
 * A customer's phone: shows the texts between "Your number" and "Company's number", and sends texts. It uses the API of
 * the phone network, which GET / describes.
 */

const POLL_INTERVAL_MS = 1000;

/** How far from its end a list of messages may be scrolled, in pixels, and still follow new ones. */
const FOLLOW_DISTANCE = 48;

/** The number of the phone on the first visit. It is fictional: 555-01XX. */
const DEFAULT_NUMBER = "+14255550123";

const PHONE_NUMBER = /^(\+?[1-9]\d{7,14}|\d{3,7})$/;

const byId = (id) => document.getElementById(id);

const from = byId("from");
const to = byId("to");
const log = byId("log");
const messages = byId("messages");
const text = byId("text");

/** The numbers of the conversation: those in the fields when the user last left one, if they are valid. */
let numbers = { own: undefined, company: undefined };

/** The messages on the screen: the conversation, and the key of each message. */
let shown = { conversation: "", keys: [] };

let updateCount = 0;
let isSending = false;

const showError = (message) => {
  // A screen reader reads an alert when its text changes.
  if (byId("error").textContent !== message) byId("error").textContent = message;
};

/** Calls the phone network. @throws Error with a sentence for the user. */
const call = async (path, init) => {
  const response = await fetch(path, init).catch(() => {
    throw new Error("The phone network does not respond. Is it still running?");
  });
  if (response.ok) return response.json();
  const { detail = `The phone network failed with status ${response.status}.` } = await response
    .json()
    .catch(() => ({}));
  const [reason] = detail.split("\n");
  throw new Error(reason.replace(/^✖ /, ""));
};

const clean = (number) => number.replace(/[\s().-]/g, "");

/** The numbers in the address of the page. A "+" in it stands for itself, although it usually stands for a space. */
const numberInUrl = (name) => new URLSearchParams(location.search.replaceAll("+", "%2B")).get(name);

/** Reads the fields and keeps their numbers in the address of the page. @throws Error when a number is missing. */
const readNumbers = () => {
  const own = clean(from.value);
  const isValid = PHONE_NUMBER.test(own);
  from.setAttribute("aria-invalid", String(!isValid));
  numbers = { own: isValid ? own : undefined, company: to.value || undefined };
  if (!isValid) throw new Error(`Your number must be in international form, such as "${DEFAULT_NUMBER}".`);
  if (!numbers.company) throw new Error("No number of a company is registered. PUT /numbers/{number} registers one.");
  history.replaceState(null, "", `?from=${own}&to=${numbers.company}`);
};

const element = (name, className, content) => {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = content;
  return created;
};

const timeOf = (at) => {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = isToday ? date.toLocaleTimeString() : date.toLocaleString();
  return time;
};

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const LABELS = { sent: "Sent", received: "Delivered", network: "From the carrier" };

const bubbleOf = ({ kind, text: content, at, segmentCount, encoding, attachmentCount }) => {
  const item = element("li", kind, "");
  const facts = element("p", "facts", `${LABELS[kind]} `);
  facts.append(timeOf(at), ` · ${plural(segmentCount, "segment")} · ${encoding}`);
  if (attachmentCount > 0) facts.append(` · ${plural(attachmentCount, "attachment")}`);
  item.append(element("p", "bubble", content), facts);
  return item;
};

const scrollToEnd = () => {
  log.scrollTop = log.scrollHeight;
};

/** Shows a conversation. Messages that are on the screen already stay there. */
const show = (conversation, items) => {
  const keys = items.map(({ kind, messageId }) => `${kind} ${messageId}`);
  const isContinued = shown.conversation === conversation && shown.keys.every((key, index) => key === keys[index]);
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < FOLLOW_DISTANCE;
  const added = isContinued ? items.slice(shown.keys.length) : items;
  if (!isContinued) messages.replaceChildren();
  messages.append(...added.map(bubbleOf));
  byId("empty").hidden = items.length > 0;
  if (added.length > 0 && (isAtEnd || !isContinued)) scrollToEnd();
  if (isContinued) announce(added);
  shown = { conversation, keys };
};

/** Says new texts of the company, but not the history of a conversation. */
const announce = (added) => {
  const received = added.filter(({ kind }) => kind !== "sent");
  if (received.length === 0) return;
  byId("news").replaceChildren(...received.map((item) => element("p", "", `New message: ${item.text}`)));
};

const update = async () => {
  const { own, company } = numbers;
  if (!own || !company) return;
  updateCount += 1;
  const number = updateCount;
  const conversation = `/handsets/${encodeURIComponent(own)}/conversations/${encodeURIComponent(company)}`;
  const { items } = await call(conversation);
  // A later update knows more, or is about other numbers.
  if (number === updateCount) show(conversation, items);
};

const loadNumbers = async () => {
  const [{ items: owned }, { items: handsets }] = await Promise.all([call("/numbers"), call("/handsets")]);
  const options = owned.map(({ number, provider, type }) => new Option(`${number} (${provider}, ${type})`, number));
  const company = numberInUrl("to");
  if (company && PHONE_NUMBER.test(company) && !owned.some(({ number }) => number === company)) {
    options.push(new Option(`${company} (not registered)`, company));
  }
  to.replaceChildren(...options);
  if (company) to.value = company;
  byId("handsets").replaceChildren(...handsets.map(({ number }) => new Option(number, number)));
  readNumbers();
};

const send = async () => {
  readNumbers();
  if (text.value.trim() === "") throw new Error("Write a message first.");
  const content = text.value;
  const body = JSON.stringify({ from: numbers.own, to: numbers.company, text: content });
  await call("/texts", { method: "POST", body });
  // What the user typed while the request ran stays.
  if (text.value === content) text.value = "";
  await update();
  scrollToEnd();
};

/** Runs an action of the user and shows its error, which stays until the next action. */
const run = async (action) => {
  try {
    await action();
    showError("");
  } catch (error) {
    showError(error.message);
  }
};

const sendOnce = async () => {
  if (isSending) return;
  isSending = true;
  await run(send);
  isSending = false;
};

const chooseNumbers = () =>
  run(() => {
    readNumbers();
    return update();
  });

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  void sendOnce();
});

byId("numbers").addEventListener("submit", (event) => {
  event.preventDefault();
  text.focus();
});

from.addEventListener("change", () => void chooseNumbers());
to.addEventListener("change", () => void chooseNumbers());

text.addEventListener("keydown", (event) => {
  // Enter also ends the composition of a character, as in Japanese. Safari reports that as key code 229.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  void sendOnce();
});

/** Whether the error on the screen is one of polling, which disappears by itself when polling succeeds. */
let isPollingFailed = false;

/** Looks for new messages while the page is visible. */
const poll = async () => {
  if (document.visibilityState !== "visible" || isSending) return;
  try {
    if (to.value === "") await loadNumbers();
    await update();
    if (isPollingFailed) showError("");
    isPollingFailed = false;
  } catch (error) {
    isPollingFailed = true;
    showError(error.message);
  }
};

const keepPolling = async () => {
  await poll();
  setTimeout(keepPolling, POLL_INTERVAL_MS);
};

from.value = numberInUrl("from") ?? DEFAULT_NUMBER;
text.focus();
void keepPolling();
