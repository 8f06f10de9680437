// The engine in the browser: a worker that runs the WebAssembly of cmd/playground. It has the
// interface of server.js.

import {refusal} from "./refusal.js";

export function connect() {
	const worker = new Worker(new URL("./worker.js", import.meta.url), {type: "module"});
	const waiting = new Map();
	let last = 0;
	const call = (name, request) => new Promise((resolve, reject) => {
		waiting.set(++last, {resolve, reject});
		worker.postMessage({id: last, name, request: JSON.stringify(request)});
	});
	return new Promise((ready, failed) => {
		worker.addEventListener("message", ({data}) => {
			if (data.ready) return ready(call);
			if (data.broken) return failed(refusal({error: data.broken, hint: "use a browser of this decade, and serve the site over HTTP"}));
			const {resolve, reject} = waiting.get(data.id);
			waiting.delete(data.id);
			if (data.refused) reject(refusal(data.refused));
			else resolve(data.reply);
		});
		worker.addEventListener("error", (e) => failed(refusal({error: e.message || "the worker cannot start", hint: "serve the site over HTTP"})));
	});
}
