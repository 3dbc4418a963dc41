// One question and its answer on the page. `turn` is what the page keeps of it:
// {id, question, record, thumb, at, markdown, ending, failed, element}.

export function draw(turn, number, words) {
	const element = document.getElementById("turn").content.firstElementChild.cloneNode(true);
	element.querySelector(".words").textContent = turn.question;
	element.setAttribute("aria-label", words.turn.replace("{n}", number));
	element.dataset.id = turn.id;
	return element;
}

// Shows the blocks that are new or have changed, for an answer may grow; the last ones come with
// what can be done with it.
export function fill(turn, told, words) {
	const place = turn.element.querySelector(".blocks");
	place.querySelector(".waiting")?.remove();
	told.blocks.forEach((html, at) => {
		const block = place.children[at] ?? place.appendChild(document.createElement("div"));
		block.className = "block";
		if (block.shown !== html) {
			block.innerHTML = block.shown = html;
		}
	});
	while (place.childElementCount > told.blocks.length) {
		place.lastElementChild.remove();
	}
	if (!told.done) {
		told.growing && place.append(waiting(words.growing));
		return;
	}
	Object.assign(turn, { failed: Boolean(told.failed), markdown: told.markdown ?? "" });
	turn.ending = told.ending ?? "";
	turn.record = told.record ?? turn.record;
	turn.at ||= told.now ?? 0;
	const answer = turn.element.querySelector(".answer");
	answer.setAttribute("aria-busy", "false");
	answer.querySelector(".acts").hidden = false;
	turn.element.classList.toggle("failed", turn.failed);
	showThumb(turn);
}

function waiting(text) {
	const line = document.createElement("p");
	line.className = "waiting";
	line.textContent = text;
	return line;
}

export function showThumb(turn) {
	const thumbs = turn.element.querySelector(".thumbs");
	if (!thumbs) {
		return;
	}
	thumbs.hidden = !turn.record || turn.failed;
	for (const [name, value] of [["up", 1], ["down", -1]]) {
		const pressed = turn.thumb === value;
		thumbs.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(pressed));
	}
}

export function wait(turn) {
	const fresh = document.getElementById("turn").content.querySelector(".blocks").innerHTML;
	turn.element.querySelector(".blocks").innerHTML = fresh;
	const answer = turn.element.querySelector(".answer");
	answer.setAttribute("aria-busy", "true");
	answer.querySelector(".acts").hidden = true;
	answer.querySelector(".why")?.setAttribute("hidden", "");
}

// The conversation as a document: every question, its answer with citations, and when.
export function markdown(turns, head, words, time) {
	const parts = turns.map((turn, index) => {
		const asked = turn.question.replace(/([\\`*_[\]<>#|~])/g, "\\$1").replace(/\s*\n\s*/g, " ");
		const ending = turn.ending ? `（${turn.ending}）` : "";
		const number = words.turn.replace("{n}", index + 1);
		const when = turn.at ? `${words.at}：${time(turn.at)}\n\n` : "";
		return `## ${number}：${asked}\n\n${when}**${words.answer}**${ending}\n\n${turn.markdown}`;
	});
	return [...head, ...parts].join("\n\n") + "\n";
}
