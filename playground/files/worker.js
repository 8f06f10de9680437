// The worker of wasm.js. It runs playground.wasm, which defines the function ganderCall.

import "./wasm_exec.js";

const go = new Go();
try {
	const source = await fetch(new URL("./playground.wasm", import.meta.url));
	if (!source.ok) throw new Error(`playground.wasm: ${source.status} ${source.statusText}`);
	const {instance} = await WebAssembly.instantiate(await source.arrayBuffer(), go.importObject);
	go.run(instance);
	self.addEventListener("message", ({data: {id, name, request}}) => {
		const {reply, error, hint} = ganderCall(name, request);
		if (error) self.postMessage({id, refused: {error, hint}});
		else self.postMessage({id, reply: reply.buffer}, [reply.buffer]);
	});
	self.postMessage({ready: true});
} catch (error) {
	self.postMessage({broken: error.message});
}
