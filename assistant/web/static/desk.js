// The desk page: finds while one types, opens, reads out, notes. Without this script the form,
// links and buttons do the same, one page at a time.

import { listKeys, shortcuts } from "./desk_keys.js";

const main = document.querySelector("main.desk");
const words = JSON.parse(main.dataset.words);
const id = (name) => document.getElementById(name);
const box = id("q");
const board = main.querySelector(".board");
const LOG_EVERY = 20_000;
const SAY_AFTER = 400;
const SHOWN_FOR = 6_000;
const UNDO_FOR = 20_000;
document.documentElement.classList.add("scripted");

// ---- talking to the server: a later request of a kind ends the ones before it

const running = new Map();
class Refused extends Error {}

function end(kind) {
	running.get(kind)?.abort();
	running.delete(kind);
}

async function fetched(kind, path, form) {
	end(kind);
	const control = new AbortController();
	running.set(kind, control);
	const options = { signal: control.signal, headers: { "X-Part": kind } };
	if (form) Object.assign(options, { method: "POST", body: new URLSearchParams(form) });
	let reply;
	try {
		reply = await fetch(`/desk${path}`, options);
		const text = await reply.text();
		if (running.get(kind) !== control) return null;
		trouble(reply.status === 401 ? "expired" : reply.status >= 500 ? "failed" : null);
		if (!reply.ok) throw new Refused(reply.status === 401 || reply.status >= 500 ? "" : text);
		return text;
	} catch (error) {
		if (error.name === "AbortError" || running.get(kind) !== control) return null;
		if (!(error instanceof Refused)) trouble("lost");
		throw error;
	}
}

function trouble(what) {
	const line = id("trouble");
	if (!what) {
		line.hidden = true;
		return;
	}
	if (!line.hidden && line.dataset.what === what) return;
	line.dataset.what = what;
	line.textContent = words[what];
	if (what === "expired") {
		const link = document.createElement("a");
		link.href = `/sign-in?next=${encodeURIComponent("/desk")}`;
		link.textContent = words.signIn;
		line.append(" ", link);
	}
	line.hidden = false;
}

const drawn = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
const policy = () => main.querySelector("[name=policy]")?.value ?? "";

// What went wrong has been said by `trouble`, or is said here when the server refused in words.
async function quietly(work) {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Refused && error.message) tell(error.message);
		else if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
		return null;
	}
}

// ---- saying: one line for all to see, the same for those who listen

let later = 0;
function say(line, after = 0) {
	clearTimeout(later);
	later = setTimeout(() => (id("said").textContent = line), after);
}
let gone = 0;
function tell(content) {
	const offers = typeof content !== "string";
	id("notice").replaceChildren(...(offers ? content : [content]));
	id("notice").hidden = false;
	say(id("notice").firstChild.textContent);
	clearTimeout(gone);
	gone = setTimeout(hush, offers ? UNDO_FOR : SHOWN_FOR);
}
function hush() {
	if (id("notice").contains(document.activeElement)) gone = setTimeout(hush, SHOWN_FOR);
	else id("notice").hidden = true;
}

// ---- finding

let opened = new URLSearchParams(location.search).get("open") ?? "";
let openedBy = box.value;
const list = listKeys(box, () => id("hits"));

// Resolves once what is shown belongs to what is typed: whoever types and presses Enter at once
// opens what was meant, not what was found for the letters before.
let finding = Promise.resolve();
const find = () => (finding = found());
const found = () =>
	quietly(async () => {
		const html = await fetched("found", `/found?${new URLSearchParams({ q: box.value, policy: policy() })}`);
		if (html === null) return;
		id("found").replaceChildren(...drawn(html));
		list.renew(opened);
		say(id("count").textContent, SAY_AFTER);
	});

box.addEventListener("input", (event) => {
	board.classList.remove("reading");
	if (!event.isComposing) find();
});
box.addEventListener("compositionend", find);
box.addEventListener("focus", () => board.classList.remove("reading"));
main.querySelector("[name=policy]")?.addEventListener("change", find);

// ---- opening

function remember() {
	const fields = { q: box.value, policy: policy(), open: opened };
	const kept = Object.entries(fields).filter(([, value]) => value);
	history.replaceState(null, "", kept.length ? `/desk?${new URLSearchParams(kept)}` : "/desk");
}

const open = (place, typed = box.value) =>
	quietly(async () => {
		end("script");
		const wait = setTimeout(() => say(words.waiting), SAY_AFTER);
		board.classList.add("late");
		id("opened").setAttribute("aria-busy", "true");
		try {
			const html = await fetched("opened", "/open", { q: typed, open: place, policy: policy() });
			if (html === null) return;
			id("opened").replaceChildren(...drawn(html));
			opened = id("script")?.dataset.place ?? "";
			openedBy = typed;
			board.classList.add("opened", "reading");
			list.current(opened);
			remember();
			ready();
			say(`${words.opened}${spoken()}`);
			if (matchMedia("(width < 64rem)").matches) id("script").scrollIntoView({ block: "start" });
		} finally {
			clearTimeout(wait);
			board.classList.remove("late");
			id("opened").removeAttribute("aria-busy");
			renewLog();
		}
	});

const spoken = () => [...id("lines").querySelectorAll(".say")].map((line) => line.textContent).join("");

async function openChosen() {
	const typed = box.value;
	for (let last = null; last !== finding; ) {
		last = finding;
		await last;
	}
	if (box.value === typed && list.chosen()) open(list.chosen());
}

async function rescript(form) {
	await quietly(async () => {
		const place = opened;
		id("script").classList.add("late");
		const html = await fetched("script", "/answer", form).finally(() => id("script")?.classList.remove("late"));
		if (html === null || place !== opened) return;
		id("script").replaceChildren(...drawn(html));
		for (const button of main.querySelectorAll(".copy-script")) button.hidden = false;
		tell(words.updated);
		say(`${words.updated}${spoken()}`);
	});
	renewLog();
}

function ready() {
	for (const button of main.querySelectorAll(".copy-script, .into, .keys-open, .note-open")) button.hidden = false;
	if (id("calculator")) {
		window.startCalculator();
		id("calculator").addEventListener("submit", (event) => {
			if (!event.submitter?.name) intoScript();
		});
	}
}

const figureForm = () => {
	const form = new URLSearchParams(new FormData(id("calculator")));
	const award = document.activeElement?.closest?.(".award")?.id;
	if (award) form.set("award", award);
	form.set("open", opened);
	return form;
};
const intoScript = () => rescript(figureForm());

// ---- copying

async function copy() {
	const text = main.querySelector("textarea.copied");
	if (!text) return;
	try {
		await navigator.clipboard.writeText(text.value);
		tell(words.copied);
	} catch {
		const before = document.activeElement;
		text.select();
		const done = document.execCommand("copy");
		if (done) before?.focus();
		tell(done ? words.copied : words.notCopied);
	}
}

// ---- noting what could not be answered

function note() {
	if (main.querySelector(".note-open").disabled || id("note").open) return;
	const typed = box.value.trim();
	id("note-question").value = typed && typed !== openedBy.trim() ? typed : id("asked")?.value || typed;
	id("note-need").value = "";
	id("note-fault").hidden = true;
	id("note").showModal();
	(id("note-question").value ? id("note-need") : id("note-question")).focus();
}

id("note").querySelector("form").addEventListener("submit", async (event) => {
	if (event.submitter?.value === "cancel") return;
	event.preventDefault();
	const question = id("note-question").value.trim();
	id("note-fault").hidden = Boolean(question);
	id("note-question").toggleAttribute("aria-invalid", false);
	if (!question) {
		id("note-question").setAttribute("aria-invalid", "true");
		id("note-question").focus();
		return;
	}
	await quietly(async () => {
		const html = await fetched("note", "/note", { question, need: id("note-need").value });
		if (html === null) return;
		id("note").close();
		tell(drawn(html));
		toBox();
	});
	renewLog();
});

const withdraw = (button) =>
	quietly(async () => {
		if ((await fetched("withdraw", "/withdraw", { note: button.dataset.note })) === null) return;
		tell(words.undone);
		toBox();
		renewLog();
	});

// ---- today's log

async function renewLog() {
	try {
		const html = await fetched("log", "/log");
		if (html === null) return;
		const focused = id("log").contains(document.activeElement) ? document.activeElement.dataset.again : null;
		id("log").replaceChildren(...drawn(html));
		if (focused) [...id("log").querySelectorAll(".again")].find((each) => each.dataset.again === focused)?.focus();
	} catch (error) {
		if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
	}
}
setInterval(() => document.hidden || renewLog(), LOG_EVERY);
document.addEventListener("visibilitychange", () => document.hidden || renewLog());

// ---- pressing

function toBox(text) {
	if (text !== undefined) box.value = text;
	box.focus();
	box.select();
	if (text !== undefined) find();
}

main.addEventListener("click", (event) => {
	const on = (selector) => event.target.closest(selector);
	if (on("[role=option]")) open(on("[role=option]").dataset.place);
	else if (on(".copy-script")) copy();
	else if (on(".into")) intoScript();
	else if (on(".note-open")) note();
	else if (on(".keys-open")) id("keys").showModal();
	else if (on("[data-note]")) withdraw(on("[data-note]"));
	else if (on("[data-again]")) toBox(on("[data-again]").dataset.again);
	else if (on("[data-ask]")) rescript({ question: on("[data-ask]").dataset.ask, open: opened });
});
main.addEventListener("submit", (event) => {
	if (event.target.matches(".asked")) {
		event.preventDefault();
		rescript({ question: id("asked").value, open: opened });
	} else if (event.target.id === "desk") {
		event.preventDefault();
		if (event.submitter?.name === "ask") open("");
		else openChosen();
	}
});
shortcuts({
	box,
	list,
	open: openChosen,
	ask: () => box.value.trim() && open(""),
	clear: () => toBox(""),
	toBox: () => toBox(),
	copy,
	note,
	save: () => id("note").querySelector("button.first").click(),
	figures() {
		const field = main.querySelector("#calculator .award input:not([type=hidden])");
		if (field) field.focus();
		else tell(words.noFigures);
	},
	log: () => (id("log").querySelector("button") ?? id("log")).focus(),
	keys: () => id("keys").showModal(),
	dialogOpen: () => Boolean(main.querySelector("dialog[open]")),
	noteOpen: () => id("note").open,
});

ready();
find();
if (!matchMedia("(pointer: coarse)").matches) box.focus();
