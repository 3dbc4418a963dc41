// Runs before Gradio's own scripts.
"use strict";

// Gradio takes the language of its labels from the browser; this page is Chinese everywhere.
for (const [name, value] of [["language", "zh-CN"], ["languages", ["zh-CN", "zh"]]]) {
	Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
}

// Enter chooses a word while an input method is composing: it must not send the question.
// 229 is what Safari reports for the Enter that ends a composition.
for (const kind of ["keydown", "keypress"]) {
	window.addEventListener(
		kind,
		(event) => {
			if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
				event.stopImmediatePropagation();
			}
		},
		true
	);
}

// The labels that Gradio writes in English only, for screen readers.
const LABELS = [
	["[role=log]", () => "问答记录"],
	[".user [data-testid=user]", () => null],
	[".bot [data-testid=bot]", () => null],
	[".example", (example) => example.textContent.trim()],
	[".placeholder-content", () => "开始提问"],
	[".scroll-down-button-container button", () => "回到最新回答"],
	[".toast-close", () => "关闭"],
];

function relabel(page) {
	for (const [selector, label] of LABELS) {
		for (const element of page.querySelectorAll(selector)) {
			const words = label(element);
			if (words === null) {
				element.removeAttribute("aria-label");
			} else if (element.getAttribute("aria-label") !== words) {
				element.setAttribute("aria-label", words);
			}
		}
	}
}

// The notices that Gradio itself raises, in English only.
const TITLES = { Info: "提示", Warning: "请注意", Error: "出错了", Success: "完成" };
const LOST = "与服务器的连接已断开，正在重新连接……";
const UNFINISHED = "操作没有完成，请稍后重试。";

function translate(page) {
	for (const title of page.querySelectorAll(".toast-title")) {
		const words = title.firstChild;
		if (words?.nodeType === Node.TEXT_NODE && TITLES[words.data.trim()]) {
			words.data = TITLES[words.data.trim()];
		}
	}
	for (const notice of page.querySelectorAll("[data-testid=toast-text]")) {
		if (/^[ -~\s…]+$/.test(notice.textContent)) {
			notice.textContent = notice.textContent.startsWith("Connection") ? LOST : UNFINISHED;
		}
	}
}

// A new question moves to the top of the view, so that its answer is read from the beginning;
// the reader's own scrolling, pointing or typing ends that.
let questions = 0;
let newest = null;

function follow(page) {
	const asked = page.querySelectorAll("#conversation .user-row");
	if (asked.length > questions) {
		newest = asked[asked.length - 1];
	}
	questions = asked.length;
	const view = page.querySelector("#conversation .bubble-wrap");
	if (newest?.isConnected && view) {
		const above = parseFloat(getComputedStyle(view).paddingTop);
		view.scrollTop += newest.getBoundingClientRect().top - view.getBoundingClientRect().top - above;
	}
}

for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
	window.addEventListener(kind, () => (newest = null), { capture: true, passive: true });
}

document.addEventListener("DOMContentLoaded", () => {
	const watch = new MutationObserver(() => {
		relabel(document);
		translate(document);
		follow(document);
	});
	watch.observe(document.body, {
		attributeFilter: ["aria-label"],
		childList: true,
		subtree: true,
		characterData: true,
	});
});
