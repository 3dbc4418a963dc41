// The conversation: asks over the line that Gradio opens, draws what comes back, keeps the questions.

import * as store from "./store.js";
import { openClause, prepare } from "./reader.js";
import { draw, fill, markdown, showThumb, wait } from "./turn.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const LOOK_AFTER = 4000;
const LONGEST_WAIT = 120000;
let page, words, line;
let turns = [];
let pending = null;
let editing = null;
let skew = 0;

const find = (selector) => page.querySelector(selector);
const settled = () => turns.filter((turn) => !turn.failed && turn !== pending?.turn);
const box = () => find("#question");

window.policyChat.line.then(async (opened) => {
	line = opened;
	page = await drawn();
	words = JSON.parse(page.dataset.words);
	prepare(find(".reader"), words);
	line.hear(heard);
	page.addEventListener("click", clicked);
	page.addEventListener("submit", submitted);
	box().addEventListener("keydown", typed);
	box().addEventListener("input", grow);
	addEventListener("beforeprint", unfold);
	new ResizeObserver(measure).observe(find(".composer"));
	restore(await store.resume());
	page.classList.add("ready");
	write(new URLSearchParams(location.search).get("question") ?? "");
	matchMedia("(hover: hover)").matches && box().focus();
});

function drawn() {
	return new Promise((done) => {
		const look = () => {
			const element = document.querySelector(".talk");
			element ? done(element) : requestAnimationFrame(look);
		};
		look();
	});
}

// Asking

function ask(question, index = turns.length) {
	if (!question.trim()) {
		return say(words.empty);
	}
	if (pending) {
		return say(words.busy);
	}
	for (const dropped of turns.splice(index)) {
		dropped.element.remove();
	}
	const turn = { id: store.newId(), question, record: null, thumb: 0, at: 0, markdown: "" };
	const earlier = settled().map((before) => before.question);
	turn.element = draw(turn, turns.length + 1, words);
	find(".turn.live")?.classList.remove("live");
	turn.element.classList.add("live");
	find(".turns").append(turn.element);
	turns.push(turn);
	expect(turn, [turn]);
	line.ask({ id: turn.id, question, earlier, calm: CALM.matches });
	stopEditing();
	box().value = "";
	grow();
	update();
	turn.element.scrollIntoView({ block: "start", behavior: "instant" });
}

function restore(kept) {
	for (const turn of turns) {
		turn.element.remove();
	}
	turns = kept.map((turn) => ({ ...turn, id: store.newId(), markdown: "" }));
	turns.forEach((turn, index) => {
		turn.element = draw(turn, index + 1, words);
		find(".turns").append(turn.element);
	});
	if (turns.length) {
		const last = turns.at(-1);
		const earlier = turns.map((turn) => turn.question);
		expect(last, turns);
		line.recall({ id: last.id, earlier, calm: true });
		last.element.scrollIntoView({ block: "start", behavior: "instant" });
	}
	update();
}

function heard(told) {
	if (!pending || told?.id !== pending.turn.id) {
		return;
	}
	if (told.now || told.turns) {
		skew = (told.now ?? told.turns.at(-1).now) - Date.now();
	}
	if (told.turns) {
		pending.waiting.forEach((turn, index) => fill(turn, { ...told.turns[index], done: true, record: turn.record }));
	} else {
		for (const turn of told.failed ? pending.waiting : [pending.turn]) {
			fill(turn, { ...told, failed: told.failed && !pending.recalling }, words);
		}
	}
	if (told.done) {
		finish();
	}
}

function finish() {
	clearInterval(pending.watch);
	pending = null;
	store.keep(settled());
	update();
}

// A question without an answer: is the server still there?
function expect(turn, waiting) {
	const since = Date.now();
	const watch = setInterval(async () => {
		const there = await fetch("/page/favicon.svg", { method: "HEAD", cache: "no-store" }).then(
			(reply) => reply.ok,
			() => false
		);
		if (pending?.watch === watch && (!there || Date.now() - since > LONGEST_WAIT)) {
			heard({ id: turn.id, blocks: [failure(words.lost)], done: true, failed: true });
		}
	}, LOOK_AFTER);
	pending = { turn, waiting, watch, recalling: waiting.length > 1 || Boolean(turn.at) };
}

function failure(line) {
	const words = document.createElement("p");
	words.className = "conclusion failed";
	words.textContent = line;
	return words.outerHTML;
}

// What the buttons do

const DEEDS = {
	copy: (turn) => copy([turn.question, turn.markdown].join("\n\n")),
	retry: (turn) => ask(turn.question, turns.indexOf(turn)),
	edit: (turn) => edit(turn),
	keep: () => stopEditing(true),
	undo: (turn) => undo(turn),
	up: (turn) => judge(turn, 1),
	down: (turn) => judge(turn, -1),
	stop: () => pending && line.halt(pending.turn.id),
	quiet: (turn) => (turn.element.querySelector(".why").hidden = true),
	anew: () => anew(),
	clear: () => clear(),
	history: () => showHistory(),
	export: () => save(),
	print: () => window.print(),
	forget: () => forgetAll(),
	close: (_, button) => button.closest("dialog").close(),
	open: (_, button) => reopen(button.dataset.id),
	remove: (_, button) => (store.forget(button.dataset.id), showHistory()),
};

function clicked(event) {
	const button = event.target.closest("button, a[data-policy]");
	if (!button || event.ctrlKey || event.metaKey || event.shiftKey) {
		return;
	}
	if (button.dataset.ask) {
		ask(button.dataset.ask);
	} else if (button.dataset.policy) {
		event.preventDefault();
		openClause(button);
	} else if (button.dataset.do) {
		const id = button.closest(".turn")?.dataset.id;
		DEEDS[button.dataset.do]?.(turns.find((turn) => turn.id === id), button);
	}
}

function submitted(event) {
	event.preventDefault();
	if (event.target.matches(".composer")) {
		return ask(box().value, editing ? turns.indexOf(editing) : undefined);
	}
	const id = event.target.closest(".turn").dataset.id;
	const turn = turns.find((each) => each.id === id);
	const ticked = [...event.target.querySelectorAll(":checked")].map((input) => input.value);
	const more = event.target.querySelector("[type=text]").value.trim();
	event.target.hidden = true;
	line.judge({ record: turn.record, thumb: -1, reason: [...ticked, more].filter(Boolean).join("；") });
	say(words.thanks);
}

// Enter chooses a word while an input method is composing; 229 is what Safari reports then.
function typed(event) {
	if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
		event.preventDefault();
		find(".composer").requestSubmit();
	} else if (event.key === "Escape" && editing) {
		stopEditing(true);
	}
}

// What is scrolled to must not end up behind the question box.
function measure() {
	const height = `${find(".composer").offsetHeight}px`;
	page.style.setProperty("--composer", height);
	document.documentElement.style.scrollPaddingBottom = `calc(${height} + 1rem)`;
}

function grow() {
	box().style.height = "auto";
	box().style.height = `${box().scrollHeight}px`;
}

function write(text) {
	box().value = text;
	grow();
	text && box().focus();
}

function edit(turn) {
	if (pending) {
		return say(words.busy);
	}
	editing = turn;
	turn.element.classList.add("edited");
	find(".editing").hidden = false;
	write(turn.question);
}

function stopEditing(empty = false) {
	editing?.element.classList.remove("edited");
	editing = null;
	find(".editing").hidden = true;
	empty && write("");
}

function undo(turn) {
	if (pending) {
		return say(words.busy);
	}
	turns.splice(turns.indexOf(turn)).forEach((each) => each.element.remove());
	store.keep(settled());
	update();
	write(turn.question);
}

function judge(turn, thumb) {
	turn.thumb = turn.thumb === thumb ? 0 : thumb;
	line.judge({ record: turn.record, thumb: turn.thumb, reason: "" });
	turn.element.querySelector(".why").hidden = turn.thumb !== -1;
	showThumb(turn);
	store.keep(settled());
	turn.thumb === 1 && say(words.thanks);
}

function anew() {
	drop();
	store.begin();
	restore([]);
	box().focus();
}

function clear() {
	const kept = settled();
	drop();
	store.keep([]);
	restore([]);
	box().focus();
	say(words.cleared, words.restore, () => {
		restore(kept.map(({ question, record, thumb, at }) => ({ question, record, thumb, at })));
	});
}

// Leaves a question that is still being answered; what comes of it is not heard any more.
function drop() {
	clearInterval(pending?.watch);
	pending = null;
	stopEditing(true);
	find(".reader").open && find(".reader").close();
}

// Earlier conversations

async function showHistory() {
	const kept = await store.history();
	const dialog = find(".history");
	dialog.querySelector("ul").replaceChildren(...kept.map(entry));
	dialog.querySelector(".none").hidden = kept.length > 0;
	dialog.querySelector("footer").hidden = !kept.length;
	dialog.open || dialog.showModal();
}

function entry({ id, turns: kept }) {
	const row = document.createElement("li");
	const count = words.turns.replace("{n}", kept.length);
	const [opener, remover] = [button("open", id, kept[0].question), button("remove", id, words.remove)];
	const small = document.createElement("small");
	small.textContent = `${time(kept.at(-1).at)} · ${count}`;
	opener.append(small);
	row.append(opener, remover);
	return row;
}

function button(deed, id, label) {
	const made = document.createElement("button");
	Object.assign(made, { type: "button", textContent: label });
	Object.assign(made.dataset, { do: deed, id });
	return made;
}

async function reopen(id) {
	find(".history").close();
	const kept = await store.open(id);
	if (kept.length) {
		drop();
		restore(kept);
	}
}

async function forgetAll() {
	(await store.history()).forEach(({ id }) => store.forget(id));
	showHistory();
}

// To take away

function time(moment) {
	const form = { timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "short" };
	return new Intl.DateTimeFormat("zh-CN", form).format(new Date(moment));
}

function save() {
	const now = Date.now() + skew;
	const head = [...page.querySelectorAll(".paper-head p:not(.printed-at)")].map((p) => p.innerText.trim());
	const text = markdown(settled(), [`# ${head[0]}`, ...head.slice(1), time(now)], words, time);
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
	link.download = `${words.file}-${new Date(now + 8 * 3600e3).toISOString().slice(0, 10)}.md`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function unfold() {
	find(".printed-at").textContent = words.printed + time(Date.now() + skew);
	page.querySelectorAll(".basis details").forEach((folded) => (folded.open = true));
}

async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		say(words.copied);
	} catch {
		say(copyByHand(text) ? words.copied : words.notCopied);
	}
}

// Where the page is not served over a secure connection the clipboard has only this way.
function copyByHand(text) {
	const area = document.createElement("textarea");
	area.value = text;
	page.append(area);
	area.select();
	const done = document.execCommand("copy");
	area.remove();
	return done;
}

function say(text, action, act) {
	const toast = find(".toast");
	toast.replaceChildren(text);
	if (action) {
		const made = document.createElement("button");
		Object.assign(made, { type: "button", textContent: action, onclick: () => (act(), say("")) });
		toast.append(made);
	}
	clearTimeout(say.timer);
	say.timer = setTimeout(() => toast.replaceChildren(), action ? 8000 : 3500);
}

function update() {
	page.classList.toggle("empty", !turns.length);
	page.classList.toggle("asking", Boolean(pending));
	for (const tool of page.querySelectorAll("[data-needs=turns]")) {
		tool.disabled = !turns.length;
	}
	turns.forEach((turn, index) => turn.element.classList.toggle("last", index === turns.length - 1));
}
