// The panel beside the conversation: a policy's whole text, opened at the words an answer quotes.

const WIDE = matchMedia("(width >= 75rem)");
const texts = new Map();
let dialog = null;
let words = null;
let asker = null;

export function prepare(element, said) {
	dialog = element;
	words = said;
	dialog.addEventListener("close", () => {
		document.querySelector(".talk").classList.remove("reading");
		asker?.isConnected && asker.focus({ preventScroll: true });
	});
	dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && dialog.open && !dialog.matches(":modal")) {
			dialog.close();
		}
	});
	WIDE.addEventListener("change", () => dialog.open && dialog.close());
}

export async function openClause(mark) {
	const { policy, clause, spans, quote } = mark.dataset;
	asker = mark;
	if (!dialog.open) {
		WIDE.matches ? dialog.show() : dialog.showModal();
	}
	document.querySelector(".talk").classList.toggle("reading", WIDE.matches);
	dialog.querySelector(".whole").href = mark.href;
	const pages = dialog.querySelector(".pages");
	const text = await textOf(policy);
	if (text === null) {
		const quoted = document.createElement("blockquote");
		quoted.textContent = quote;
		pages.replaceChildren(words.gone, quoted);
		return;
	}
	if (pages.dataset.policy !== policy || !pages.querySelector("article")) {
		pages.innerHTML = text;
		pages.dataset.policy = policy;
	}
	show(pages, clause, spans);
}

async function textOf(policy) {
	if (!texts.has(policy)) {
		try {
			const reply = await fetch(`/reader/${encodeURIComponent(policy)}`);
			if (!reply.ok) {
				return null;
			}
			texts.set(policy, await reply.text());
		} catch {
			return null;
		}
	}
	return texts.get(policy);
}

function show(pages, label, spans) {
	let found = null;
	for (const clause of pages.querySelectorAll(".clause")) {
		clause.classList.remove("target");
		if (clause.querySelector("mark")) {
			clause.textContent = clause.textContent;
		}
		if (clause.dataset.label === label) {
			found = clause;
		}
	}
	if (!found) {
		return;
	}
	found.classList.add("target");
	highlight(found, readSpans(spans));
	const first = found.querySelector("mark") ?? found;
	found.focus({ preventScroll: true });
	first.scrollIntoView({ block: "center", behavior: "instant" });
	if (found.getBoundingClientRect().height < pages.clientHeight * 0.8) {
		found.scrollIntoView({ block: "center", behavior: "instant" });
	}
}

function readSpans(spans) {
	const pairs = (spans || "").split(",").map((span) => span.split("-").map(Number));
	const merged = [];
	for (const [start, end] of pairs.filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0])) {
		const last = merged.at(-1);
		if (last && start <= last[1]) {
			last[1] = Math.max(last[1], end);
		} else {
			merged.push([start, end]);
		}
	}
	return merged;
}

// Offsets count characters as people do; a script counts some of them twice.
function highlight(element, spans) {
	const characters = Array.from(element.textContent);
	const parts = [];
	let done = 0;
	for (const [start, end] of spans) {
		const mark = document.createElement("mark");
		mark.textContent = characters.slice(start, end).join("");
		parts.push(characters.slice(done, start).join(""), mark);
		done = end;
	}
	element.replaceChildren(...parts, characters.slice(done).join(""));
}
