// Conversations live in this browser only: the questions of each, never an answer.
// A window has its own conversation; a reload finds it again, another window never does.

const PREFIX = "policy-chat.";
const MOST_KEPT = 20;
const MOST_TURNS = 60;
const PATIENCE = 80;
const me = newId();
let current = null;

export function newId() {
	return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
		byte.toString(16).padStart(2, "0")
	).join("");
}

// Storage can be switched off, full, or hold what somebody else wrote.
function read(storage, key) {
	try {
		return JSON.parse(window[storage].getItem(PREFIX + key));
	} catch {
		return null;
	}
}

function write(storage, key, value) {
	try {
		window[storage].setItem(PREFIX + key, JSON.stringify(value));
		return true;
	} catch {
		return false;
	}
}

function remove(key) {
	try {
		localStorage.removeItem(PREFIX + key);
	} catch {
		// nothing was kept
	}
}

function keptIds() {
	try {
		return Object.keys(localStorage)
			.filter((key) => key.startsWith(`${PREFIX}of.`))
			.map((key) => key.slice(PREFIX.length + 3));
	} catch {
		return [];
	}
}

// Windows tell each other which conversation they hold, so that none is open twice.
const others = "BroadcastChannel" in window ? new BroadcastChannel(`${PREFIX}windows`) : null;
others?.addEventListener("message", ({ data }) => {
	if (data?.who && data.who !== me && current) {
		others.postMessage({ held: current, to: data.who });
	}
});

function heldElsewhere() {
	const held = new Set();
	if (!others) {
		return Promise.resolve(held);
	}
	const hear = ({ data }) => data?.to === me && held.add(data.held);
	others.addEventListener("message", hear);
	others.postMessage({ who: me });
	return new Promise((done) =>
		setTimeout(() => {
			others.removeEventListener("message", hear);
			done(held);
		}, PATIENCE)
	);
}

function valid(kept) {
	const turns = Array.isArray(kept?.turns) ? kept.turns : [];
	return turns
		.filter((turn) => typeof turn?.question === "string" && turn.question.trim())
		.slice(-MOST_TURNS)
		.map(({ question, record, thumb, at }) => ({
			question,
			record: typeof record === "string" ? record : null,
			thumb: [1, -1].includes(thumb) ? thumb : 0,
			at: Number.isFinite(at) ? at : 0,
		}));
}

// The conversation this window had before it was loaded again; a copied tab starts empty.
export async function resume() {
	const id = read("sessionStorage", "tab");
	const turns = typeof id === "string" ? valid(read("localStorage", `of.${id}`)) : [];
	if (turns.length && !(await heldElsewhere()).has(id)) {
		current = id;
		return turns;
	}
	begin();
	return [];
}

export function begin() {
	current = newId();
	write("sessionStorage", "tab", current);
}

export async function open(id) {
	if ((await heldElsewhere()).has(id)) {
		return [];
	}
	current = id;
	write("sessionStorage", "tab", current);
	return valid(read("localStorage", `of.${id}`));
}

export function keep(turns) {
	if (!turns.length) {
		remove(`of.${current}`);
		return;
	}
	const kept = turns.slice(-MOST_TURNS).map(({ question, record, thumb, at }) => ({
		question,
		record,
		thumb,
		at,
	}));
	const oldest = keptIds()
		.map((id) => [id, valid(read("localStorage", `of.${id}`)).at(-1)?.at ?? 0])
		.filter(([id]) => id !== current)
		.sort((one, other) => one[1] - other[1])
		.map(([id]) => id);
	while (oldest.length >= MOST_KEPT) {
		remove(`of.${oldest.shift()}`);
	}
	while (!write("localStorage", `of.${current}`, { turns: kept }) && oldest.length) {
		remove(`of.${oldest.shift()}`);
	}
}

// The other conversations of this browser that no window has open, the newest first.
export async function history() {
	const held = await heldElsewhere();
	return keptIds()
		.filter((id) => id !== current && !held.has(id))
		.map((id) => ({ id, turns: valid(read("localStorage", `of.${id}`)) }))
		.filter(({ turns }) => turns.length)
		.sort((one, other) => other.turns.at(-1).at - one.turns.at(-1).at);
}

export function forget(id) {
	remove(`of.${id}`);
}
