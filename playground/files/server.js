// The engine behind a server. An engine is a function: call(name, request) promises the
// bytes of the answer, or throws an Error with the property hint. worker.js has the other
// one. docs/playground.md lists the calls.

import {refusal} from "./refusal.js";

export async function connect() {
	const name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
	return async (call, request) => {
		let answer;
		try {
			answer = await fetch(`call/${call}?session=${name}`, {
				method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(request),
			});
		} catch {
			throw refusal({error: "the server does not answer", hint: "is gander play still running?"});
		}
		if (answer.ok) return answer.arrayBuffer();
		const text = await answer.text();
		let refused = {error: text.trim() || `the server answers ${answer.status}`};
		try {
			refused = JSON.parse(text);
		} catch { /* the guard of the server answers with plain text */ }
		throw refusal(refused);
	};
}
