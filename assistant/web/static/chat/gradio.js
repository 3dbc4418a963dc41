// Runs before Gradio's own scripts: what Gradio says by itself is made Chinese.
"use strict";

// Gradio takes the language of its labels from the browser; this page is Chinese everywhere.
for (const [name, value] of [["language", "zh-CN"], ["languages", ["zh-CN", "zh"]]]) {
	Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
}

// The page's script waits here until Gradio has built the page and opened its line to the server.
window.policyChat = {
	line: new Promise((opened) => (window.openPolicyChat = opened)),
	connect: (line) => window.openPolicyChat(line),
};
